package io.anabranch.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.anabranch.jobs.definition.Node.Action;
import io.anabranch.jobs.definition.Workflow;
import io.anabranch.jobs.files.FilesByScheme;
import io.anabranch.jobs.files.JobFiles;
import io.anabranch.jobs.files.LocalFiles;
import io.anabranch.jobs.run.ActionRunner.Execution;
import io.anabranch.jobs.store.Run;
import io.anabranch.jobs.store.Step;
import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes. */
class ProcessRunnerTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path folder;
  private Path app;
  private Map<String, ActionRunner> runners;

  @BeforeEach
  void set() throws IOException {
    app = Files.createDirectories(folder.resolve("app"));
    runners =
        new Commands(
                new FilesByScheme(new LocalFiles(Clock.systemUTC()), nameNode()),
                app.resolve("anabranch"),
                Path.of("/etc/a.conf"))
            .runners();
  }

  /** The files of {@code hdfs://nn}, which are in the folder {@code nn}. */
  private JobFiles nameNode() {
    JobFiles local = new LocalFiles(Clock.systemUTC());
    return (JobFiles)
        Proxy.newProxyInstance(
            ProcessRunnerTest.class.getClassLoader(),
            new Class<?>[] {JobFiles.class},
            (proxy, method, arguments) ->
                method.invoke(
                    local,
                    Arrays.stream(arguments)
                        .map(word -> word.toString().replace("hdfs://nn/", folder + "/nn/"))
                        .toArray()));
  }

  private ActionCall call(int number, String action) throws IOException {
    return call(1, number, action);
  }

  private ActionCall call(int attempt, int number, String action) throws IOException {
    Workflow workflow =
        Workflow.read(
            "workflow.xml",
            "<workflow-app name='w' xmlns='uri:oozie:workflow:1.0'><start to='a'/><action name='a'>"
                + action
                + "<ok to='done'/><error to='failed'/></action><kill name='failed'>"
                + "<message>no</message></kill><end name='done'/></workflow-app>");
    Action node = (Action) workflow.node("a");
    Run run =
        new Run(
            "r",
            "",
            "",
            "w",
            app.toString(),
            "me",
            "",
            "",
            Map.of(),
            Instant.EPOCH,
            Instant.EPOCH,
            Optional.empty(),
            Optional.empty(),
            Run.Status.RUNNING,
            attempt,
            "");
    Step step = Step.first(run, number, "a", node.type(), Instant.EPOCH);
    return new ActionCall(
        run,
        step,
        node.body(),
        node.body().configuration(),
        app.toString(),
        Files.createDirectories(folder.resolve("r@2026-01-01T22:55Z").resolve(number + "-a")));
  }

  private ActionCall shell(int number, String script, String more) throws IOException {
    return call(
        number,
        "<shell xmlns='uri:oozie:shell-action:1.0'><exec>sh</exec><argument>-c</argument><argument>"
            + script
            + "</argument>"
            + more
            + "</shell>");
  }

  private Outcome outcome(ActionCall call) {
    Execution execution = runners.get(call.body().name()).start(call);
    return await().atMost(PATIENCE).until(execution::outcome, Optional::isPresent).orElseThrow();
  }

  @Test
  void aProcessIsLoggedAndItsStatusKept() throws IOException {
    ActionCall ok = shell(1, "echo $WORD; echo beside &gt;&amp;2", "<env-var>WORD=hello</env-var>");
    assertThat(outcome(ok)).isEqualTo(Outcome.ok());
    assertThat(ok.log()).content().isEqualTo("hello\nbeside\n");
    assertThat(outcome(shell(2, "echo words; exit 7", "")).message()).isEqualTo("status 7: words");
    assertThat(
            outcome(
                    call(
                        3,
                        "<shell xmlns='uri:oozie:shell-action:1.0'><exec>nowhere-1</exec></shell>"))
                .message())
        .startsWith("status 127");
  }

  @Test
  void itsOutputIsData() throws IOException {
    ActionCall call = shell(1, "echo rows=42; echo name=x y", "<capture-output/>");
    assertThat(outcome(call).data()).isEqualTo(Map.of("rows", "42", "name", "x y"));
    assertThat(call.log()).content().contains("rows=42");
  }

  @Test
  void filesOfTheWorkflowAreFetched() throws IOException {
    Files.writeString(app.resolve("script.sh"), "cat words.txt; pwd\n");
    Files.writeString(app.resolve("list.txt"), "a list\n");
    ActionCall call =
        call(
            1,
            "<shell xmlns='uri:oozie:shell-action:1.0'><prepare><mkdir path='"
                + folder.resolve("made")
                + "'/></prepare><exec>script.sh</exec><file>list.txt#words.txt</file></shell>");
    assertThat(outcome(call).kind()).isEqualTo(Outcome.Kind.OK);
    assertThat(call.log()).content().startsWith("a list\n").endsWith("/1-a/work\n");
    assertThat(folder.resolve("made")).isDirectory();
  }

  @Test
  void aSecondStartFindsTheFirst() throws IOException {
    ActionCall call = shell(1, "echo once; read line &lt; ../go; exit 3", "");
    Path pipe = call.folder().resolve("go");
    assertThat(start("mkfifo", pipe.toString())).isZero();
    ActionRunner runner = runners.get("shell");
    Execution first = runner.start(call);
    Execution second = runner.start(call);
    assertThat(first.outcome()).isEmpty();
    assertThat(second.outcome()).isEmpty();
    Files.writeString(pipe, "go\n");
    assertThat(outcome(call).message()).isEqualTo("status 3: once");
    assertThat(call.log()).content().isEqualTo("once\n");
    assertThat(first.outcome()).isEqualTo(second.outcome());
  }

  private static int start(String... words) throws IOException {
    try {
      return new ProcessBuilder(words).inheritIO().start().waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aProcessThatIsEndedLeavesItsStatus() throws IOException {
    ActionCall call = shell(1, "exec sleep 1000", "");
    Execution execution = runners.get("shell").start(call);
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              execution.end();
              return execution.outcome().isPresent();
            });
    assertThat(execution.outcome().orElseThrow().message()).startsWith("status 143");
  }

  @Test
  void aProcessThatIsAbandonedIsLost() throws IOException {
    ActionCall call = shell(1, "exec sleep 1000", "");
    Execution execution = runners.get("shell").start(call);
    await().atMost(PATIENCE).until(() -> Files.exists(call.folder().resolve("pid")));
    execution.abandon();
    assertThat(outcome(call).kind()).isEqualTo(Outcome.Kind.LOST);
  }

  @Test
  void aChildThatLeftItsParentEndsToo() throws IOException {
    ActionCall call =
        shell(
            1,
            "(sleep 1000 &amp; echo $! &gt; ../child.new); mv ../child.new ../child; exec sleep 1000",
            "");
    Execution execution = runners.get("shell").start(call);
    Path child = call.folder().resolve("child");
    await().atMost(PATIENCE).until(() -> Files.exists(child));
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              execution.end();
              return execution.outcome().isPresent();
            });
    assertThat(
            ProcessHandle.of(Long.parseLong(Files.readString(child).strip()))
                .flatMap(process -> process.info().command()))
        .isEmpty();
  }

  @Test
  void aStepIsNotLostWhileItsCommandGoesOn() throws IOException {
    ActionCall call = shell(1, "read line &lt; ../go", "");
    Path pipe = call.folder().resolve("go");
    assertThat(start("mkfifo", pipe.toString())).isZero();
    Execution execution = runners.get("shell").start(call);
    try (OutputStream open = Files.newOutputStream(pipe)) { // it is opened by both or by none
      ProcessHandle shell =
          ProcessHandle.of(
                  Long.parseLong(Files.readString(call.folder().resolve("pid")).split(" ", -1)[0]))
              .orElseThrow();
      shell.destroyForcibly();
      shell.onExit().join();
      assertThat(execution.outcome()).isEmpty();
      assertThat(runners.get("shell").start(call).outcome()).isEmpty();
      open.write('\n');
    }
    assertThat(outcome(call).kind()).isEqualTo(Outcome.Kind.LOST);
  }

  @Test
  void aClockThatIsSetLosesNothing() throws IOException {
    ActionCall call = shell(1, "exec sleep 1000", "");
    Execution execution = runners.get("shell").start(call);
    Path pid = call.folder().resolve("pid");
    await().atMost(PATIENCE).until(() -> Files.exists(pid));
    Files.setLastModifiedTime(pid, FileTime.from(Instant.EPOCH));
    assertThat(execution.outcome()).isEmpty();
    assertThat(runners.get("shell").start(call).outcome()).isEmpty();
    execution.abandon();
    execution.awaitEnd();
    Files.createFile(call.folder().resolve("status"));
    assertThat(outcome(call).kind()).as("an empty status").isEqualTo(Outcome.Kind.LOST);
  }

  @Test
  void outputThatIsNoDataAnyMoreIsRefused() throws IOException {
    ActionCall call = shell(1, "head -c 70000 /dev/zero", "<capture-output/>");
    assertThat(outcome(call).message()).contains("70000 bytes", "at most 65536");
  }

  @Test
  void namesStayInTheFolderThatAnActionWorksIn() throws IOException {
    Files.writeString(app.resolve("x"), "x");
    for (String name : List.of("../../y", "../work", ".")) {
      ActionCall call = shell(1, "true", "<file>x#" + name + "</file>");
      assertThatThrownBy(() -> runners.get("shell").start(call))
          .isInstanceOf(Problem.class)
          .hasMessageContaining("leaves the folder");
    }
    ActionCall exec =
        call(2, "<shell xmlns='uri:oozie:shell-action:1.0'><exec>../x</exec></shell>");
    assertThatThrownBy(() -> runners.get("shell").start(exec))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("'../x' leaves the folder");
    assertThat(outcome(shell(3, "cat a/b", "<file>x#a/b</file>"))).isEqualTo(Outcome.ok());
  }

  @Test
  void sparkAndHiveAreThePlatforms() throws IOException {
    Files.writeString(app.resolve("anabranch"), "#!/bin/sh\necho \"$@\"\n");
    assertThat(app.resolve("anabranch").toFile().setExecutable(true)).isTrue();
    Files.writeString(app.resolve("s.q"), "select 1;\n");
    ActionCall spark =
        call(
            1,
            "<spark xmlns='uri:oozie:spark-action:1.0'><configuration><property>"
                + "<name>spark.x</name><value>1</value></property></configuration>"
                + "<master>local[2]</master><name>n</name><class>M</class><jar>/x.jar</jar>"
                + "<spark-opts>--conf \"spark.y=a b\"</spark-opts><arg>go</arg></spark>");
    assertThat(outcome(spark)).isEqualTo(Outcome.ok());
    assertThat(spark.log())
        .content()
        .isEqualTo(
            "spark-submit --config /etc/a.conf --master local[2] --name n --class M --conf spark.x=1"
                + " --conf spark.y=a b /x.jar go\n");
    ActionCall hive =
        call(
            2,
            "<hive2 xmlns='uri:oozie:hive2-action:1.0'><jdbc-url>jdbc:hive2://h:1/</jdbc-url>"
                + "<script>s.q</script><param>day=1</param></hive2>");
    assertThat(outcome(hive)).isEqualTo(Outcome.ok());
    assertThat(hive.log())
        .content()
        .isEqualTo(
            "beeline --config /etc/a.conf -u jdbc:hive2://h:1/ --hivevar day=1 -f %s\n"
                .formatted(hive.folder().resolve("work/script.q")));
  }

  @Test
  void aScriptIsFetchedAndNotReadIntoMemory() throws IOException {
    Files.writeString(app.resolve("anabranch"), "#!/bin/sh\n");
    assertThat(app.resolve("anabranch").toFile().setExecutable(true)).isTrue();
    byte[] script = new byte[JobFiles.MOST_TEXT_BYTES + 1];
    Files.write(app.resolve("s.q"), script);
    ActionCall hive =
        call(
            1,
            "<hive2 xmlns='uri:oozie:hive2-action:1.0'><jdbc-url>jdbc:hive2://h:1/</jdbc-url>"
                + "<script>s.q</script></hive2>");
    assertThat(outcome(hive)).isEqualTo(Outcome.ok());
    assertThat(hive.folder().resolve("work/script.q")).hasBinaryContent(script);
  }

  @Test
  void javaRunsAMainClassOfTheWorkflow() throws IOException {
    String main = TellsWords.class.getName();
    Path lib = Files.createDirectories(app.resolve("lib"));
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(lib.resolve("a.jar")));
        InputStream code = TellsWords.class.getResourceAsStream("TellsWords.class")) {
      jar.putNextEntry(new ZipEntry(main.replace('.', '/') + ".class"));
      code.transferTo(jar);
    }
    ActionCall call =
        call(1, "<java><main-class>%s</main-class><arg>hello</arg></java>".formatted(main));
    assertThat(outcome(call)).isEqualTo(new Outcome(Outcome.Kind.OK, "", Map.of("word", "hello")));
    ActionCall none = call(2, "<java><main-class>no.such.Main</main-class><arg>x</arg></java>");
    assertThat(outcome(none).message()).contains("status 1", "no.such.Main");
  }

  @Test
  void fsChangesFilesAndFindsWhatItDid() throws IOException {
    Files.writeString(folder.resolve("a"), "x");
    ActionCall call =
        call(
            1,
            "<fs><mkdir path='%1$s/d/e'/><move source='%1$s/a' target='%1$s/d/b'/><chmod path='%1$s/d' permissions='750'><recursive/></chmod><touchz path='%1$s/d/t'/><delete path='%1$s/nothing'/></fs>"
                .formatted(folder));
    assertThat(outcome(call)).isEqualTo(Outcome.ok());
    assertThat(outcome(call)).as("once more").isEqualTo(Outcome.ok());
    assertThat(folder.resolve("d/b")).content().isEqualTo("x");
    assertThat(folder.resolve("d/t")).isEmptyFile();
    ActionCall refused =
        call(2, 2, "<fs><move source='%1$s/no' target='%1$s/yes'/></fs>".formatted(folder));
    assertThat(outcome(refused).message()).contains("nothing to move at");
  }

  @Test
  void fsWorksWhereItsNameNodeSays() throws IOException {
    Path nn = Files.createDirectories(folder.resolve("nn/user"));
    Path local = Files.createDirectories(folder.resolve("user"));
    for (String name : List.of("out", "a", "b")) {
      Files.writeString(nn.resolve(name), "there");
      Files.writeString(local.resolve(name), "here");
    }
    String there = "<name-node>hdfs://nn/</name-node>";
    String fs =
        "<fs>%s<delete path='%s/out'/><mkdir path='/user/d'/><move source='/user/a' target='/user/d'/></fs>";
    assertThat(outcome(call(1, fs.formatted(there, "/user")))).isEqualTo(Outcome.ok());
    assertThat(nn).isDirectoryNotContaining("glob:**/{out,a}");
    assertThat(nn.resolve("d/a")).content().isEqualTo("there");
    assertThat(local.resolve("out")).content().isEqualTo("here");
    String move = "<fs><move source='hdfs://nn/user/b' target='/user/c'/></fs>";
    assertThat(outcome(call(2, 2, move))).isEqualTo(Outcome.ok());
    assertThat(nn.resolve("c")).content().isEqualTo("there");
    String whole = "<fs>%s<delete path='file://%s/out'/></fs>".formatted(there, local);
    assertThat(outcome(call(3, 3, whole))).isEqualTo(Outcome.ok());
    assertThat(local.resolve("out")).doesNotExist();
    ActionCall prepared =
        call(
            4,
            "<shell xmlns='uri:oozie:shell-action:1.0'>%s<prepare><delete path='/user/d'/></prepare><exec>true</exec></shell>"
                .formatted(there));
    assertThat(outcome(prepared)).isEqualTo(Outcome.ok());
    assertThat(nn.resolve("d")).doesNotExist();
    String none = "<fs><name-node>local</name-node><delete path='/user/out'/></fs>";
    assertThat(outcome(call(5, 5, none)).message()).contains("'local' is no name node");
  }

  @Test
  void fsUnderstandsPatterns() throws IOException {
    Path out = Files.createDirectories(folder.resolve("out/x"));
    for (String name : List.of("x/part-1", "x/part-2", "x/_SUCCESS", "y", "z")) {
      Files.writeString(folder.resolve("out").resolve(name), "x");
    }
    String move = "<fs><move source='%1$s/out/*/part-[^2]' target='%1$s/one'/></fs>";
    assertThat(outcome(call(1, 1, move.formatted(folder)))).isEqualTo(Outcome.ok());
    assertThat(folder.resolve("one")).isRegularFile();
    assertThat(outcome(call(1, 2, move.formatted(folder)))).as("done").isEqualTo(Outcome.ok());
    assertThat(outcome(call(2, 3, move.formatted(folder))).message())
        .contains("there is nothing that matches " + folder + "/out/*/part-[^2]");
    String many = "<fs><move source='%1$s/out/{y,z}' target='%1$s/%2$s'/></fs>";
    assertThat(outcome(call(3, 4, many.formatted(folder, "two"))).message())
        .contains("2 match", "expected a folder");
    assertThat(outcome(call(4, 5, many.formatted(folder, "out/x")))).isEqualTo(Outcome.ok());
    assertThat(out.resolve("z")).isRegularFile();
    String mode = "<fs><chmod path='%1$s/out/x/%2$s' permissions='600'/></fs>";
    assertThat(outcome(call(5, 6, mode.formatted(folder, "?")))).isEqualTo(Outcome.ok());
    assertThat(Files.getPosixFilePermissions(out.resolve("y"))).hasSize(2);
    assertThat(outcome(call(6, 7, mode.formatted(folder, "no*"))).message()).contains("nothing");
    assertThat(outcome(call(7, 8, mode.formatted(folder, "[no"))).message())
        .contains("is no pattern");
    String delete = "<fs><delete path='%1$s/out/x/*'/><delete path='%1$s/no*/x'/></fs>";
    assertThat(outcome(call(8, 9, delete.formatted(folder)))).isEqualTo(Outcome.ok());
    assertThat(out).isEmptyDirectory();
  }

  @Test
  void fsThatWasCutOffAfterItMovedAllThatMatchedGoesOn() throws IOException {
    Files.createDirectories(folder.resolve("to"));
    Files.writeString(folder.resolve("part-1"), "x");
    String fs = "<fs><move source='%1$s/part-*' target='%1$s/to'/></fs>".formatted(folder);
    ActionCall call = call(1, fs);
    assertThat(outcome(call)).isEqualTo(Outcome.ok());
    Path marks = call.folder().resolveSibling("done-1-a");
    assertThat(marks.resolve("0-begun")).exists();
    Files.delete(marks.resolve("0"));
    assertThat(outcome(call)).isEqualTo(Outcome.ok());
  }

  @Test
  void fsKeepsWhatItMovedWhenItWasCutOff() throws IOException {
    String fs =
        "<fs><delete path='%1$s/out'/><move source='%1$s/new' target='%1$s/out'/></fs>"
            .formatted(folder);
    Files.writeString(folder.resolve("out"), "old");
    Files.writeString(folder.resolve("new"), "new");
    ActionCall call = call(1, fs);
    assertThat(outcome(call)).isEqualTo(Outcome.ok());
    assertThat(outcome(call)).as("done and not yet noted").isEqualTo(Outcome.ok());
    assertThat(folder.resolve("out")).content().isEqualTo("new");
  }

  @Test
  void aRetryOfFsGoesOnWhereItFailedAndARerunBegins() throws IOException {
    String fs =
        "<fs><delete path='%1$s/out'/><move source='%1$s/new' target='%1$s/out'/><touchz path='%1$s/late/t'/></fs>"
            .formatted(folder);
    Files.writeString(folder.resolve("new"), "new");
    assertThat(outcome(call(1, 1, fs)).message()).contains("late/t", "is not there");
    Files.createDirectories(folder.resolve("late"));
    assertThat(outcome(call(1, 2, fs))).isEqualTo(Outcome.ok());
    assertThat(folder.resolve("out")).content().isEqualTo("new");
    Files.writeString(folder.resolve("new"), "newer");
    assertThat(outcome(call(2, 3, fs))).isEqualTo(Outcome.ok());
    assertThat(folder.resolve("out")).content().isEqualTo("newer");
  }
}
