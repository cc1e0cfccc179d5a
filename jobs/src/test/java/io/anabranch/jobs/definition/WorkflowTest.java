package io.anabranch.jobs.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.jobs.definition.Node.Action;
import io.anabranch.runtime.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkflowTest {
  private static String workflow(String... nodes) {
    return "<workflow-app name='w' xmlns='uri:oozie:workflow:1.0'>\n"
        + String.join("\n", nodes)
        + "\n<kill name='failed'><message>no</message></kill>\n<end name='done'/>\n"
        + "</workflow-app>";
  }

  private static String fs(String name, String ok) {
    return "<action name='%s'><fs/><ok to='%s'/><error to='failed'/></action>".formatted(name, ok);
  }

  private static void assertRefused(String text, String... words) {
    assertThatThrownBy(() -> Workflow.read("workflow.xml", text))
        .isInstanceOf(Problem.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void actionsOfEveryKindAreRead() {
    Workflow workflow =
        Workflow.read(
            "workflow.xml",
            workflow(
                "<parameters><property><name>a</name></property>"
                    + "<property><name>b</name><value>2</value></property></parameters>",
                "<start to='one'/>",
                "<action name='one' retry-max='3' retry-interval='1' retry-policy='exponential'>"
                    + "<spark xmlns='uri:oozie:spark-action:1.0'><master>local[*]</master>"
                    + "<name>n</name><jar>x.jar</jar></spark>"
                    + "<ok to='two'/><error to='failed'/></action>",
                "<action name='two'><hive2 xmlns='uri:oozie:hive2-action:1.0'>"
                    + "<jdbc-url>jdbc:hive2://h/</jdbc-url><script>s.q</script></hive2>"
                    + "<ok to='three'/><error to='failed'/></action>",
                "<action name='three'><java><main-class>M</main-class></java>"
                    + "<ok to='four'/><error to='failed'/></action>",
                "<action name='four'><sub-workflow><app-path>/x</app-path></sub-workflow>"
                    + "<ok to='done'/><error to='failed'/></action>"));
    Action one = (Action) workflow.node("one");
    assertThat(one.type()).isEqualTo("spark");
    assertThat(one.retry().max()).isEqualTo(3);
    assertThat(one.retry().before(3)).isEqualTo(Duration.ofMinutes(4));
    assertThat(workflow.nodes().keySet())
        .containsExactly("one", "two", "three", "four", "failed", "done");
    assertThat(workflow.complete(Map.of("a", "1"))).containsEntry("b", "2").containsEntry("a", "1");
    assertThatThrownBy(() -> workflow.complete(Map.of())).hasMessageContaining("[a]");
  }

  @Test
  void whatTheSchemaForbidsIsToldWithItsPlaceAndWhatWasExpected() {
    assertRefused(
        workflow("<start to='one'/>", "<action name='one'><fs/><ok to='done'/></action>"),
        "workflow.xml:3:",
        "<action>",
        "error");
    assertRefused(
        workflow("<start to='one'/>", "<akshun name='one'/>"),
        "workflow.xml:3:",
        "akshun",
        "action");
    assertRefused("<workflow-app", "workflow.xml:1:");
  }

  @Test
  void whatIsNotRunHereIsTold() {
    assertRefused(
        workflow(
            "<start to='p'/>",
            "<action name='p'><pig><script>x</script></pig>"
                + "<ok to='done'/><error to='failed'/></action>"),
        "workflow.xml:3:",
        "<pig>",
        "expected one of [fs, hive2, java, shell, spark, sub-workflow]");
  }

  @Test
  void anArchiveIsRefused() {
    assertRefused(
        workflow(
            "<start to='s'/>",
            "<action name='s'><shell xmlns='uri:oozie:shell-action:1.0'><exec>x</exec>",
            "<archive>lib.zip#lib</archive></shell>",
            "<ok to='done'/><error to='failed'/></action>"),
        "workflow.xml:4:",
        "<archive>",
        "not supported here");
  }

  @Test
  void aTransitionIntoNothingOrBackIsTold() {
    assertRefused(workflow("<start to='one'/>"), "workflow.xml:2:", "'one', which is not there");
    assertRefused(workflow("<start to='one'/>", fs("one", "two")), "'two', which is not there");
    assertRefused(
        workflow("<start to='one'/>", fs("one", "two"), fs("two", "one")), "leads back to 'one'");
    assertRefused(
        workflow("<start to='one'/>", fs("one", "done"), fs("two", "done")),
        "workflow.xml:4:",
        "no transition leads to 'two'");
    assertRefused(
        workflow("<start to='one'/>", fs("one", "done"), fs("one", "done")), "stands twice");
  }

  @Test
  void forksThatDoNotMeetAreTold() {
    String fork = "<fork name='f'><path start='a'/><path start='b'/></fork>";
    String join = "<join name='j' to='done'/>";
    String other = "<join name='k' to='done'/>";
    assertThat(
            Workflow.read(
                    "workflow.xml",
                    workflow("<start to='f'/>", fork, fs("a", "j"), fs("b", "j"), join))
                .nodes())
        .hasSize(6);
    assertRefused(
        workflow("<start to='f'/>", fork, fs("a", "j"), fs("b", "k"), join, other),
        "workflow.xml:3:",
        "those of 'f' come to [j, k]");
    assertRefused(workflow("<start to='a'/>", fs("a", "j"), join), "no fork leads to this join");
  }

  @Test
  void nestedForksMeetInside() {
    Workflow workflow =
        Workflow.read(
            "workflow.xml",
            workflow(
                "<start to='f'/>",
                "<fork name='f'><path start='g'/><path start='c'/></fork>",
                "<fork name='g'><path start='a'/><path start='b'/></fork>",
                fs("a", "h"),
                fs("b", "h"),
                "<join name='h' to='j'/>",
                fs("c", "j"),
                "<join name='j' to='done'/>"));
    assertThat(workflow.node("f").targets()).isEqualTo(List.of("g", "c"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "many", "1.5"})
  void retriesAreCounted(String max) {
    assertRefused(
        workflow(
            "<start to='one'/>",
            "<action name='one' retry-max='%s'><fs/><ok to='done'/><error to='failed'/></action>"
                .formatted(max)),
        "retry-max must be a whole number >= 0, not '" + max + "'");
  }

  @Test
  void aDocumentTypeIsRefused() {
    assertRefused(
        "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>" + workflow("<start to='done'/>"),
        "DOCTYPE");
  }
}
