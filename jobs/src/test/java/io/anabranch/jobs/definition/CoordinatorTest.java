package io.anabranch.jobs.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.jobs.TestClock;
import io.anabranch.jobs.definition.Coordinator.Due;
import io.anabranch.jobs.definition.Coordinator.Execution;
import io.anabranch.jobs.files.LocalFiles;
import io.anabranch.jobs.time.OozieTime;
import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoordinatorTest {
  private static final String TEXT =
      """
      <coordinator-app name="c-${dataset}" frequency="${coord:days(1)}" start="${start}"
          end="2027-01-01T00:00Z" timezone="Europe/Copenhagen" xmlns="uri:oozie:coordinator:0.5">
        <controls>
          <timeout>90</timeout>
          <concurrency>2</concurrency>
          <execution>LIFO</execution>
          <throttle>5</throttle>
        </controls>
        <datasets>
          <dataset name="days" frequency="${coord:days(1)}" initial-instance="2026-01-01T00:00Z"
              timezone="UTC">
            <uri-template>${in}/${YEAR}-${MONTH}-${DAY}</uri-template>
          </dataset>
        </datasets>
        <input-events>
          <data-in name="two" dataset="days">
            <start-instance>${coord:current(-1)}</start-instance>
            <end-instance>${coord:current(0)}</end-instance>
          </data-in>
          <data-in name="last" dataset="days"><instance>${coord:latest(0)}</instance></data-in>
        </input-events>
        <output-events>
          <data-out name="out" dataset="days"><instance>${coord:current(1)}</instance></data-out>
        </output-events>
        <action>
          <workflow>
            <app-path>/apps/${dataset}</app-path>
            <configuration>
              <property><name>in2</name><value>${coord:dataIn('two')}</value></property>
              <property><name>latest</name><value>${coord:dataIn('last')}</value></property>
              <property><name>out</name><value>${coord:dataOut('out')}</value></property>
              <property><name>day</name><value>${coord:formatTime(coord:dateOffset(coord:nominalTime(), -1, 'DAY'), 'yyyyMMdd')}</value></property>
            </configuration>
          </workflow>
        </action>
      </coordinator-app>
      """;

  @TempDir private Path folder;

  private Coordinator read(String text) {
    return Coordinator.read(
        "coordinator.xml",
        text,
        Map.of("dataset", "orders", "start", "2026-03-01T22:55Z", "in", folder.toString()));
  }

  private void done(String day) throws IOException {
    Files.createFile(Files.createDirectories(folder.resolve(day)).resolve("_SUCCESS"));
  }

  @Test
  void everythingIsRead() {
    Coordinator coordinator = read(TEXT);
    assertThat(coordinator.name()).isEqualTo("c-orders");
    assertThat(coordinator.app()).isEqualTo("/apps/orders");
    assertThat(coordinator.controls())
        .isEqualTo(new Coordinator.Controls(Duration.ofMinutes(90), 2, Execution.LIFO, 5));
    assertThat(read(TEXT.replace("<timeout>90</timeout>", "")).controls().timeout())
        .isEqualTo(Duration.ofHours(2));
    assertThat(read(TEXT.replace("<timeout>90<", "<timeout>-1<")).controls().timeout())
        .isEqualTo(Duration.ofDays(60));
    assertThat(coordinator.cadence().first().orElseThrow().nominal())
        .isEqualTo("2026-03-01T22:55:00Z");
  }

  @Test
  void inputsAreNamedAndWaitedFor() throws IOException {
    Coordinator coordinator = read(TEXT);
    LocalFiles files = new LocalFiles(new TestClock("2026-03-05T23:00:00Z"));
    Due due =
        new Due(
            "c@1",
            "me",
            OozieTime.parse("2026-03-05T22:55Z"),
            OozieTime.parse("2026-03-05T22:55Z"));
    assertThat(coordinator.inputs(due, files).missing())
        .containsExactly(
            folder + "/2026-03-04", folder + "/2026-03-05", "${coord:latest(0)} of last");
    done("2026-03-04");
    Files.createDirectories(folder.resolve("2026-03-05"));
    assertThat(coordinator.inputs(due, files).missing()).containsExactly(folder + "/2026-03-05");
    done("2026-03-05");
    Coordinator.Inputs inputs = coordinator.inputs(due, files);
    assertThat(inputs.missing()).isEmpty();
    assertThat(coordinator.configuration(inputs.moment(), files))
        .containsEntry("in2", folder + "/2026-03-04," + folder + "/2026-03-05")
        .containsEntry("latest", folder + "/2026-03-05")
        .containsEntry("out", folder + "/2026-03-06")
        .containsEntry("day", "20260304")
        .containsEntry("dataset", "orders");
  }

  @Test
  void whatIsBeforeTheFirstInstanceIsLeftOut() throws IOException {
    Coordinator coordinator =
        read(
            TEXT.replace("2026-01-01T00:00Z", "2026-03-05T00:00Z")
                .replace("coord:current(-1)", "coord:current(-3)")
                .replace("coord:current(1)", "coord:current(-1)"));
    LocalFiles files = new LocalFiles(new TestClock("2026-03-06T23:00:00Z"));
    Due due =
        new Due(
            "c@1",
            "me",
            OozieTime.parse("2026-03-06T22:55Z"),
            OozieTime.parse("2026-03-06T22:55Z"));
    assertThat(coordinator.inputs(due, files).missing())
        .containsExactly(
            folder + "/2026-03-05", folder + "/2026-03-06", "${coord:latest(0)} of last");
    done("2026-03-05");
    done("2026-03-06");
    Coordinator.Inputs inputs = coordinator.inputs(due, files);
    assertThat(inputs.missing()).isEmpty();
    assertThat(coordinator.configuration(inputs.moment(), files))
        .containsEntry("in2", folder + "/2026-03-05," + folder + "/2026-03-06")
        .containsEntry("out", folder + "/2026-03-05");
    Due early =
        new Due(
            "c@0",
            "me",
            OozieTime.parse("2026-03-01T22:55Z"),
            OozieTime.parse("2026-03-01T22:55Z"));
    assertThat(coordinator.inputs(early, files).missing())
        .containsExactly("${coord:latest(0)} of last");
    assertThat(coordinator.inputs(early, files).moment().inputs()).containsEntry("two", "");
  }

  /** What the event {@code last} names on the evening of March 5 in Copenhagen, by its days. */
  private List<String> last(String instances) {
    Coordinator coordinator =
        read(TEXT.replace("<instance>${coord:latest(0)}</instance>", instances));
    LocalFiles files = new LocalFiles(new TestClock("2026-03-05T23:00:00Z"));
    Instant now = OozieTime.parse("2026-03-05T22:55Z");
    Coordinator.Inputs inputs = coordinator.inputs(new Due("c@1", "me", now, now), files);
    assertThat(inputs.missing()).isEmpty();
    return Stream.of(inputs.moment().inputs().get("last").split(","))
        .filter(address -> !address.isEmpty())
        .map(address -> address.substring(address.length() - "03-05".length()))
        .toList();
  }

  private static String one(String instance) {
    return "<instance>${coord:" + instance + "}</instance>";
  }

  private static String range(String start, String end) {
    return "<start-instance>${coord:%s}</start-instance><end-instance>${coord:%s}</end-instance>"
        .formatted(start, end);
  }

  @Test
  void aRangeOfLatestOnesLeavesOutWhatIsNotThere() throws IOException {
    for (String day : List.of("2026-03-01", "2026-03-02", "2026-03-04", "2026-03-05")) {
      done(day);
    }
    assertThat(last(range("latest(-2)", "latest(0)"))).containsExactly("03-02", "03-04", "03-05");
    assertThat(last(range("latest(-3)", "latest(-1)"))).containsExactly("03-01", "03-02", "03-04");
    assertThat(last(one("latest(-2)"))).containsExactly("03-02");
  }

  @Test
  void futureOnesAreThoseThatAreThere() throws IOException {
    for (String day : List.of("2026-03-04", "2026-03-05", "2026-03-07", "2026-03-10")) {
      done(day);
    }
    assertThat(last(one("future(0, 3)"))).containsExactly("03-05");
    assertThat(last(one("future(1, 3)"))).containsExactly("03-07");
    assertThat(last(range("future(0, 5)", "future(2, 5)")))
        .containsExactly("03-05", "03-07", "03-10");
    Coordinator tooFar =
        read(TEXT.replace("<instance>${coord:latest(0)}</instance>", one("future(2, 4)")));
    Instant now = OozieTime.parse("2026-03-05T22:55Z");
    LocalFiles files = new LocalFiles(new TestClock("2026-03-05T23:00:00Z"));
    assertThat(tooFar.inputs(new Due("c@1", "me", now, now), files).missing())
        .containsExactly("${coord:future(2, 4)} of last");
    Instant before = OozieTime.parse("2025-12-31T22:55Z");
    assertThat(tooFar.inputs(new Due("c@0", "me", before, before), files).missing())
        .as("before the first instance there is none to wait for")
        .isEmpty();
  }

  @Test
  void anOffsetIsTheInstanceAtOrBeforeIt() throws IOException {
    for (String day : List.of("2026-02-05", "2026-03-03", "2026-03-04", "2026-03-05")) {
      done(day);
    }
    assertThat(last(one("offset(-1, 'DAY')"))).containsExactly("03-04");
    assertThat(last(one("offset(-1, 'MONTH')"))).containsExactly("02-05");
    assertThat(last(one("offset(-30, 'HOUR')"))).containsExactly("03-03");
    assertThat(last(range("offset(-30, 'HOUR')", "offset(0, 'DAY')")))
        .as("a range begins behind its start")
        .containsExactly("03-04", "03-05");
    assertThat(last(one("offset(-1, 'YEAR')"))).as("before the first one").isEmpty();
    assertThat(last(range("offset(-2, 'YEAR')", "offset(-1, 'YEAR')"))).isEmpty();
  }

  @Test
  void aRangeThatEndsBeforeItsStartIsRefused() {
    assertThatThrownBy(() -> last(range("current(0)", "current(-2)")))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("2026-03-05T00:00Z is after 2026-03-03T00:00Z");
  }

  @Test
  void whatIsWrongIsToldWithItsPlace() {
    assertThatThrownBy(() -> read(TEXT.replace("LIFO", "SOON")))
        .isInstanceOf(Problem.class)
        .hasMessageContainingAll("coordinator.xml:3:", "FIFO, LIFO, LAST_ONLY, NONE", "'SOON'");
    assertThatThrownBy(() -> read(TEXT.replace("Europe/Copenhagen", "Europe/Atlantis")))
        .hasMessageContainingAll("coordinator.xml:2:", "Europe/Atlantis");
    assertThatThrownBy(() -> read(TEXT.replace("${start}", "tomorrow")))
        .hasMessageContainingAll("coordinator.xml:2:", "'tomorrow' is no time");
    assertThatThrownBy(() -> read(TEXT.replace("${start}", "${begin}")))
        .hasMessageContainingAll("coordinator.xml:2:", "'begin' is not set");
    assertThatThrownBy(
            () -> read(TEXT.replace("dataset=\"days\"><instance>", "dataset=\"x\"><instance>")))
        .hasMessageContaining("unknown dataset 'x', expected one of [days]");
    assertThatThrownBy(() -> read(TEXT.replace("<app-path>/apps/${dataset}</app-path>", "")))
        .hasMessageContainingAll("coordinator.xml:", "app-path");
  }
}
