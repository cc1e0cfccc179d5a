package io.anabranch.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.jobs.run.ActionCall;
import io.anabranch.jobs.run.Outcome;
import io.anabranch.jobs.run.Rerun;
import io.anabranch.jobs.store.JobStore;
import io.anabranch.jobs.store.Run;
import io.anabranch.jobs.store.Run.Status;
import io.anabranch.jobs.store.Step;
import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkflowRunTest {
  private static final String FORK =
      "<fork name='fork'><path start='left'/><path start='right'/></fork>"
          + "<join name='join' to='last'/>";

  @TempDir private Path folder;
  private Bench bench;

  @BeforeEach
  void set() {
    bench = new Bench(folder, "2026-01-01T00:00:00Z");
  }

  private Run start(String nodes, String... parameters) {
    bench.write("flow/workflow.xml", Bench.workflow(nodes));
    Map<String, String> given =
        parameters.length == 0 ? Map.of() : Map.of(parameters[0], parameters[1]);
    Run run = bench.jobs.start(new Jobs.Request(folder.resolve("flow").toString(), given, "me"));
    bench.jobs.tick();
    return bench.jobs.run(run.id());
  }

  private Run now(Run run) {
    return bench.jobs.run(run.id());
  }

  @Test
  void aForkWaitsForAllItsPaths() {
    bench.runner.script(
        word -> word.equals("right") ? Optional.empty() : Optional.of(Outcome.ok()));
    Run run =
        start(
            "<start to='fork'/>"
                + FORK
                + Bench.shell("left", "join", "left")
                + Bench.shell("right", "join", "right")
                + Bench.shell("last", "done", "last"));
    assertThat(bench.runner.started).containsExactly("left", "right");
    bench.runner.finish(Outcome.ok());
    bench.jobs.tick();
    assertThat(bench.runner.started).containsExactly("left", "right", "last");
    assertThat(now(run).status()).isEqualTo(Status.SUCCEEDED);
  }

  @Test
  void aFailedPathEndsTheOthers() {
    bench.runner.script(
        word -> word.equals("right") ? Optional.empty() : Optional.of(Outcome.error("status 9")));
    Run run =
        start(
            "<start to='fork'/>"
                + FORK
                + Bench.shell("left", "join", "left")
                + Bench.shell("right", "join", "right")
                + Bench.shell("last", "done", "last"));
    assertThat(run.status()).isEqualTo(Status.RUNNING);
    bench.jobs.tick();
    bench.jobs.tick();
    assertThat(now(run).status()).isEqualTo(Status.FAILED);
    assertThat(now(run).message()).isEqualTo("left: status 9");
    assertThat(bench.runner.underWay()).isEmpty();
    assertThat(bench.jobs.steps(run.id()))
        .extracting(Step::status)
        .containsExactly(Step.Status.ERROR, Step.Status.CANCELLED);
    bench.runner.script(word -> Optional.of(Outcome.ok()));
    bench.jobs.rerun(run.id(), Rerun.FROM_FAILURE);
    bench.jobs.tick();
    assertThat(now(run).status()).isEqualTo(Status.SUCCEEDED);
    assertThatThrownBy(() -> bench.jobs.rerun(run.id(), Rerun.FROM_FAILURE))
        .hasMessageContaining("succeeded");
  }

  @Test
  void aDecisionTakesTheFirstCaseThatHolds() throws Exception {
    String nodes =
        "<start to='which'/><decision name='which'><switch>"
            + "<case to='a'>${fs:exists(concat(app, '/flag'))}</case>"
            + "<case to='b'>${kind eq 'b'}</case><default to='done'/></switch></decision>"
            + Bench.shell("a", "done", "a")
            + Bench.shell("b", "done", "b");
    assertThat(start(nodes, "kind", "b").status()).isEqualTo(Status.SUCCEEDED);
    assertThat(start(nodes, "kind", "c").status()).isEqualTo(Status.SUCCEEDED);
    assertThat(bench.runner.started).containsExactly("b");
    Files.createFile(folder.resolve("flow/flag"));
    start(nodes, "kind", "b");
    assertThat(bench.runner.started).containsExactly("b", "a");
    Files.delete(folder.resolve("flow/flag"));
    assertThat(start(nodes).message()).contains("'kind' is not set");
  }

  @Test
  void theGlobalNameNodeIsThatOfFunctionsAndOfActionsThatNameNone() throws Exception {
    Path out = Files.createDirectories(folder.resolve("out"));
    String fs =
        "<action name='%1$s'><fs>%2$s<delete path='%3$s'/></fs><ok to='%4$s'/><error to='failed'/></action>";
    Run run =
        start(
            "<global><name-node>${where}</name-node></global><start to='which'/>"
                + "<decision name='which'><switch><case to='own'>${fs:isDir('file:%s')}</case>"
                    .formatted(folder)
                + "<default to='failed'/></switch></decision>"
                + fs.formatted("own", "<name-node>file:</name-node>", out, "global")
                + fs.formatted("global", "", "/x", "done"),
            "where",
            "none://nn");
    assertThat(out).doesNotExist();
    assertThat(run.message()).startsWith("global: 'none://nn/x' is no file of this machine");
    assertThat(
            start(
                    "<global><name-node>none://nn</name-node></global><start to='which'/>"
                        + "<decision name='which'><switch><case to='done'>${fs:exists('/x')}</case>"
                        + "<default to='done'/></switch></decision>")
                .message())
        .contains("'none://nn/x' is no file of this machine");
  }

  @Test
  void anActionsOutputIsKnownToThoseAfterIt() {
    bench.runner.script(
        word ->
            Optional.of(
                new Outcome(Outcome.Kind.OK, "", word.equals("a") ? Map.of("n", "42") : Map.of())));
    start(
        "<start to='a'/>"
            + Bench.shell("a", "b", "a")
            + Bench.shell("b", "done", "b ${wf:actionData('a')['n']} ${wf:transition('a')}"));
    assertThat(bench.runner.started).containsExactly("a", "b 42 b");
  }

  @Test
  void anErrorPathIsTakenAndForgottenByARerun() {
    bench.runner.script(
        word -> Optional.of(word.equals("a") ? Outcome.error("status 1") : Outcome.ok()));
    Run run =
        start(
            "<start to='a'/>"
                + Bench.shell("a", "mail", "a").replace("error to=\"failed\"", "error to=\"undo\"")
                + Bench.shell("undo", "failed", "undo ${wf:lastErrorNode()}")
                + Bench.shell("mail", "done", "mail"));
    assertThat(bench.runner.started).containsExactly("a", "undo a");
    assertThat(run.status()).isEqualTo(Status.FAILED);
    bench.runner.script(word -> Optional.of(Outcome.ok()));
    bench.jobs.rerun(run.id(), Rerun.FROM_FAILURE);
    bench.jobs.tick();
    assertThat(bench.runner.started).containsExactly("a", "undo a", "a", "mail");
    assertThat(now(run).status()).isEqualTo(Status.SUCCEEDED);
  }

  private static String property(String name, String value) {
    return "<property><name>%s</name><value>%s</value></property>".formatted(name, value);
  }

  @Test
  void filesOfPropertiesAreMergedBelowWhatStandsInTheWorkflow() {
    String file = "<?xml version='1.0'?><configuration>%s</configuration>";
    bench.write(
        "flow/all.xml",
        file.formatted(
            property("a", "all")
                + property("b", "all")
                + property("c", "all")
                + property("d", "")));
    bench.write(
        "flow/conf/own.xml",
        file.formatted(property("b", "own") + property("c", "own") + property("e", "${own}")));
    Run run =
        start(
            "<global><job-xml>all.xml</job-xml><configuration>"
                + property("c", "global")
                + property("f", "global")
                + property("g", "global")
                + "</configuration></global><start to='s'/><action name='s'>"
                + "<spark xmlns='uri:oozie:spark-action:1.0'><job-xml>${place}/own.xml</job-xml>"
                + "<configuration>"
                + property("g", "inline")
                + "</configuration><master>local</master><name>n</name><jar>x.jar</jar></spark>"
                + "<ok to='done'/><error to='failed'/></action>",
            "place",
            "conf");
    assertThat(run.status()).isEqualTo(Status.SUCCEEDED);
    assertThat(bench.runner.calls)
        .singleElement()
        .extracting(ActionCall::configuration)
        .isEqualTo(
            Map.of(
                "a", "all", "b", "own", "c", "global", "d", "", "e", "${own}", "f", "global", "g",
                "inline"));
  }

  @Test
  void aFileOfPropertiesThatIsNoneFailsItsAction() {
    String nodes =
        "<start to='s'/><action name='s'><shell xmlns='uri:oozie:shell-action:1.0'>"
            + "<job-xml>own.xml</job-xml><exec>x</exec></shell>"
            + "<ok to='done'/><error to='failed'/></action>";
    assertThat(start(nodes).message()).contains("There is no file", "flow/own.xml");
    bench.write(
        "flow/own.xml", "<configuration><property><value>v</value></property></configuration>");
    assertThat(start(nodes).message()).contains("flow/own.xml:1:", "<property>", "name");
    bench.write("flow/own.xml", "<properties/>");
    assertThat(start(nodes).message()).contains("flow/own.xml:1:", "<properties>", "configuration");
    assertThat(bench.runner.calls).isEmpty();
  }

  @Test
  void aSubWorkflowGoesOnWhereItFailed() {
    bench.write(
        "child/workflow.xml",
        Bench.workflow(
            "<start to='x'/>"
                + Bench.shell("x", "y", "x ${given}")
                + Bench.shell("y", "done", "y ${more}")));
    bench.runner.script(
        word -> Optional.of(word.startsWith("y") ? Outcome.error("status 3") : Outcome.ok()));
    Run run =
        start(
            "<start to='sub'/><action name='sub'><sub-workflow>"
                + "<app-path>${app}/../child</app-path><propagate-configuration/>"
                + "<configuration><property><name>more</name><value>m-${given}</value></property>"
                + "</configuration></sub-workflow><ok to='done'/><error to='failed'/></action>",
            "given",
            "g");
    assertThat(bench.runner.started).containsExactly("x g", "y m-g");
    assertThat(run.status()).isEqualTo(Status.FAILED);
    assertThat(run.message()).contains("y: status 3");
    bench.runner.script(word -> Optional.of(Outcome.ok()));
    bench.jobs.rerun(run.id(), Rerun.FROM_FAILURE);
    bench.jobs.tick();
    assertThat(bench.runner.started).containsExactly("x g", "y m-g", "y m-g");
    assertThat(now(run).status()).isEqualTo(Status.SUCCEEDED);
    assertThat(bench.jobs.run(run.id() + ".sub").attempt()).isEqualTo(2);
    bench.jobs.forget(bench.clock.instant());
    assertThat(bench.runs()).as("it ended now").hasSize(2);
    assertThatThrownBy(() -> bench.jobs.rerun(run.id() + ".sub", Rerun.FROM_START))
        .hasMessageContaining("rerun " + run.id());
    bench.jobs.forget(bench.clock.instant().plusMillis(1));
    assertThat(bench.runs()).isEmpty();
    assertThat(folder.resolve("runs")).isEmptyDirectory();
  }

  @Test
  void aLostProcessIsBegunAgainThreeTimes() {
    Outcome lost = new Outcome(Outcome.Kind.LOST, "gone", Map.of());
    bench.runner.script(word -> Optional.of(lost));
    Run run = start("<start to='a'/>" + Bench.shell("a", "done", "a"));
    assertThat(bench.runner.started).hasSize(4);
    assertThat(run.message()).isEqualTo("a: gone");
  }

  @Test
  void whatIsUnderWayIsBegunAgainAfterAStop() {
    bench.runner.script(word -> Optional.empty());
    Run run = start("<start to='a'/>" + Bench.shell("a", "done", "a"));
    bench.jobs.close();
    bench.runner.script(word -> Optional.of(Outcome.ok()));
    bench.restart();
    bench.jobs.tick();
    assertThat(bench.runner.started).containsExactly("a", "a");
    assertThat(now(run).status()).isEqualTo(Status.SUCCEEDED);
  }

  @Test
  void aMissingParameterFailsTheRun() {
    bench.write(
        "flow/workflow.xml",
        Bench.workflow(
            "<parameters><property><name>day</name></property></parameters><start to='a'/>"
                + Bench.shell("a", "done", "a")));
    assertThatThrownBy(
            () ->
                bench.jobs.start(
                    new Jobs.Request(folder.resolve("flow").toString(), Map.of(), "me")))
        .hasMessageContaining("needs the parameters [day]");
    assertThat(List.copyOf(bench.runs())).isEmpty();
  }

  @Test
  void aPredicateWithoutAValueDoesNotHold() {
    Run run =
        start(
            "<start to='a'/>"
                + Bench.shell("a", "which", "a")
                + "<decision name='which'><switch><case to='b'>${wf:actionData('a')['flag']}</case>"
                + "<default to='done'/></switch></decision>"
                + Bench.shell("b", "done", "b"));
    assertThat(run.status()).isEqualTo(Status.SUCCEEDED);
    assertThat(bench.runner.started).containsExactly("a");
  }

  @Test
  void aFaultInOneRunFailsItAlone() {
    bench.runner.script(
        word -> {
          if (word.equals("bad")) {
            throw new IllegalStateException("a fault");
          }
          return Optional.of(Outcome.ok());
        });
    bench.write(
        "bad/workflow.xml", Bench.workflow("<start to='a'/>" + Bench.shell("a", "done", "bad")));
    Run bad = bench.jobs.start(new Jobs.Request(folder.resolve("bad").toString(), Map.of(), "me"));
    Run good = start("<start to='a'/>" + Bench.shell("a", "done", "good"));
    assertThat(now(bad).status()).isEqualTo(Status.FAILED);
    assertThat(now(bad).message()).contains("a fault");
    assertThat(good.status()).isEqualTo(Status.SUCCEEDED);
  }

  @Test
  void aWorkflowThatNamesItselfEnds() {
    Run run =
        start(
            "<start to='sub'/><action name='sub'><sub-workflow><app-path>${wf:appPath()}</app-path>"
                + "</sub-workflow><ok to='done'/><error to='failed'/></action>");
    assertThat(run.status()).isEqualTo(Status.FAILED);
    assertThat(run.message()).endsWith("sub-workflows are nested 50 deep: does one name itself?");
  }

  @Test
  void aProcessGoesOnThoughFilesAreAway() {
    bench.runner.script(word -> Optional.empty());
    Run run = start("<start to='a'/>" + Bench.shell("a", "done", "a ${fs:exists('/away/x')}"));
    bench.away("/away");
    bench.restart();
    bench.jobs.tick();
    bench.jobs.tick();
    assertThat(now(run).status()).isEqualTo(Status.RUNNING);
    bench.runner.finish(Outcome.ok());
    bench.jobs.tick();
    assertThat(now(run).status()).isEqualTo(Status.SUCCEEDED);
    assertThat(bench.runner.started).containsExactly("a false");
  }

  @Test
  void whatNeedsFilesThatAreAwayWaits() {
    bench.away("/away");
    Run run =
        start(
            "<start to='which'/><decision name='which'><switch>"
                + "<case to='a'>${!fs:exists('/away/x')}</case><default to='done'/></switch>"
                + "</decision>"
                + Bench.shell("a", "done", "a ${fs:exists('/away/y')}"));
    assertThat(run.status()).isEqualTo(Status.RUNNING);
    bench.away("/away/y");
    bench.jobs.tick();
    assertThat(now(run).status()).isEqualTo(Status.RUNNING);
    assertThat(bench.runner.started).isEmpty();
    bench.away("/nowhere");
    bench.jobs.tick();
    assertThat(now(run).status()).isEqualTo(Status.SUCCEEDED);
  }

  @Test
  void anFsActionWaitsForFilesThatAreAwayAndKeepsWhatItDid() throws Exception {
    bench.write("new", "new");
    bench.away(folder.resolve("away").toString());
    Run run =
        start(
            ("<start to='a'/><action name='a'><fs><delete path='%1$s/out'/>"
                    + "<move source='%1$s/new' target='%1$s/out'/><mkdir path='%1$s/away/d'/></fs>"
                    + "<ok to='done'/><error to='failed'/></action>")
                .formatted(folder));
    assertThat(run.status()).isEqualTo(Status.RUNNING);
    bench.restart();
    bench.jobs.tick();
    assertThat(now(run).status()).isEqualTo(Status.RUNNING);
    bench.away("/nowhere");
    bench.jobs.tick();
    assertThat(now(run).status()).isEqualTo(Status.SUCCEEDED);
    assertThat(folder.resolve("out")).content().isEqualTo("new");
    assertThat(folder.resolve("away/d")).isDirectory();
  }

  @Test
  void aRunWhoseIdCanNameNoFolderIsRefused() {
    String name = "n".repeat(250);
    bench.write(
        "long/workflow.xml",
        Bench.workflow("<start to='done'/>").replace("name=\"flow\"", "name=\"" + name + "\""));
    assertThatThrownBy(
            () ->
                bench.jobs.start(
                    new Jobs.Request(folder.resolve("long").toString(), Map.of(), "me")))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("271 bytes (must be at most 255");
    assertThat(bench.runs()).isEmpty();
  }

  @Test
  void aSubWorkflowWhoseIdCanNameNoFolderFailsItsAction() {
    String node = "n".repeat(100);
    Run run = start(sub("${wf:appPath()}", "k", "1").replace("'sub'", "'" + node + "'"));
    assertThat(run.status()).isEqualTo(Status.FAILED);
    assertThat(run.message()).contains("must be at most 255");
  }

  @Test
  void aRunThatCannotBeRemovedKeepsNoOther() {
    Run last = start("<start to='done'/>");
    Run first = start("<start to='done'/>"); // by its id
    JobStore store = bench.store;
    bench.store =
        (JobStore)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {JobStore.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("forget")
                      && ((Run) arguments[0]).id().equals(first.id())) {
                    throw new UncheckedIOException(new IOException("it stays"));
                  }
                  return method.invoke(store, arguments);
                });
    bench.restart();
    bench.jobs.forget(bench.clock.instant().plusSeconds(1));
    assertThat(bench.runs()).extracting(Run::id).containsExactly(first.id());
    assertThat(bench.jobs.find(last.id())).isEmpty();
  }

  @Test
  void aCancelEndsAProcessWhoseDefinitionIsGone() throws Exception {
    bench.runner.script(word -> Optional.empty());
    Run run = start("<start to='a'/>" + Bench.shell("a", "done", "a ${fs:exists('/away/x')}"));
    bench.away("/away");
    Files.delete(folder.resolve("runs").resolve(run.id()).resolve("workflow.xml"));
    bench.restart();
    bench.jobs.cancel(run.id(), "anna");
    bench.jobs.tick();
    bench.jobs.tick();
    bench.jobs.tick();
    assertThat(bench.runner.underWay()).isEmpty();
    assertThat(now(run).status()).isEqualTo(Status.CANCELLED);
  }

  private static String sub(String app, String property, String value) {
    return "<start to='sub'/><action name='sub'><sub-workflow><app-path>"
        + app
        + "</app-path><configuration><property><name>%s</name><value>%s</value></property>"
            .formatted(property, value)
        + "</configuration></sub-workflow><ok to='done'/><error to='failed'/></action>";
  }

  @Test
  void aSubWorkflowThatIsRunAgainGetsWhatItIsGivenNow() {
    bench.write(
        "child/workflow.xml",
        Bench.workflow(
            "<start to='x'/>" + Bench.shell("x", "y", "x") + Bench.shell("y", "done", "y ${k}")));
    bench.runner.script(
        word -> Optional.of(word.startsWith("y") ? Outcome.error("status 3") : Outcome.ok()));
    Run run = start(sub("${app}/../child", "k", "1"));
    bench.jobs.rerun(run.id(), Rerun.FROM_START);
    bench.jobs.tick();
    assertThat(bench.runner.started).containsExactly("x", "y 1", "x", "y 1");
    bench.write("flow/workflow.xml", Bench.workflow(sub("${app}/../child", "k", "2")));
    bench.runner.script(word -> Optional.of(Outcome.ok()));
    bench.jobs.rerun(run.id(), Rerun.FROM_FAILURE);
    bench.jobs.tick();
    assertThat(bench.runner.started).containsExactly("x", "y 1", "x", "y 1", "y 2");
    assertThat(now(run).status()).isEqualTo(Status.SUCCEEDED);
  }

  @Test
  void aCancelledSubWorkflowDoesNotGoOn() {
    bench.write(
        "child/workflow.xml",
        Bench.workflow(
            "<start to='x'/>" + Bench.shell("x", "y", "x") + Bench.shell("y", "done", "y")));
    bench.runner.script(word -> Optional.empty());
    Run run = start(sub("${app}/../child", "k", "1"));
    bench.jobs.cancel(run.id(), "anna");
    bench.runner.finish(Outcome.ok());
    bench.jobs.tick();
    bench.jobs.tick();
    assertThat(bench.runner.started).containsExactly("x");
    assertThat(now(run).status()).isEqualTo(Status.CANCELLED);
    assertThat(bench.jobs.run(run.id() + ".sub").status()).isEqualTo(Status.CANCELLED);
  }

  @Test
  void subWorkflowsThatNameADatasetTakeTurns() {
    bench.write(
        "child/workflow.xml", Bench.workflow("<start to='x'/>" + Bench.shell("x", "done", "x")));
    bench.runner.script(word -> Optional.empty());
    Run first = start(sub("${app}/../child", "dataset", "orders"));
    Run second = start(sub("${app}/../child", "dataset", "orders"));
    assertThat(bench.runner.started).containsExactly("x");
    bench.runner.finish(Outcome.ok());
    bench.jobs.tick();
    bench.jobs.tick();
    assertThat(now(first).status()).isEqualTo(Status.SUCCEEDED);
    assertThat(bench.runner.started).containsExactly("x", "x");
    bench.runner.finish(Outcome.ok());
    bench.jobs.tick();
    assertThat(now(second).status()).isEqualTo(Status.SUCCEEDED);
  }
}
