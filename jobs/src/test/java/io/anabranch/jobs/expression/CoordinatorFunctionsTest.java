package io.anabranch.jobs.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.jobs.time.Cadence;
import io.anabranch.jobs.time.Frequency;
import io.anabranch.jobs.time.Instances;
import io.anabranch.jobs.time.OozieTime;
import io.anabranch.runtime.Problem;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The zones that functions count in: the dataset's, the coordinator's, UTC. */
class CoordinatorFunctionsTest {
  private static final String COPENHAGEN = "Europe/Copenhagen";
  private static final String LOS_ANGELES = "America/Los_Angeles";

  private static Expressions configuration(String zone, String nominal) {
    return new Expressions(Scope.of(Map.of()).with(moment(zone, nominal)));
  }

  private static Scope.Moment moment(String zone, String nominal) {
    Instant at = OozieTime.parse(nominal);
    return new Scope.Moment("c", "c@1", "me", ZoneId.of(zone), at, at, Map.of(), Map.of());
  }

  private static Expressions instance(String datasetZone, String zone, String nominal) {
    Cadence hours =
        new Cadence(
            Frequency.parse("60"),
            OozieTime.parse("2025-01-01T00:00Z"),
            Instant.MAX,
            ZoneId.of(datasetZone));
    return new Expressions(
        Scope.of(Map.of())
            .with(moment(zone, nominal))
            .with(new Instances(hours, "/x", Optional.empty())));
  }

  @Test
  void tzOffsetLeadsFromTheCoordinatorsZoneToTheDatasets() {
    String same = "${coord:current(-coord:tzOffset()/60)}";
    assertThat(instance(LOS_ANGELES, LOS_ANGELES, "2026-01-15T08:00Z").text(same))
        .isEqualTo("2026-01-15T08:00Z");
    assertThat(instance(LOS_ANGELES, COPENHAGEN, "2026-01-15T08:00Z").text("${coord:tzOffset()}"))
        .isEqualTo("-540");
    assertThat(instance(LOS_ANGELES, COPENHAGEN, "2026-03-15T08:00Z").text("${coord:tzOffset()}"))
        .as("summer time has come to one of them")
        .isEqualTo("-480");
    assertThatThrownBy(
            () -> configuration(COPENHAGEN, "2026-01-15T08:00Z").text("${coord:tzOffset()}"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("an instance of a dataset");
  }

  @Test
  void dateOffsetCountsInUtc() {
    Expressions expressions = configuration(COPENHAGEN, "2026-03-29T22:30Z");
    assertThat(expressions.text("${coord:dateOffset(coord:nominalTime(), -1, 'DAY')}"))
        .isEqualTo("2026-03-28T22:30Z");
    assertThat(expressions.text("${coord:dateOffset('2026-03-31T22:30Z', -1, 'MONTH')}"))
        .isEqualTo("2026-02-28T22:30Z");
  }

  @Test
  void hoursAndDaysAreThoseOfTheDatasetsZone() {
    Expressions summer = instance(LOS_ANGELES, "UTC", "2026-03-09T02:00Z");
    assertThat(summer.text("${coord:hoursInDay(0)} ${coord:hoursInDay(-1)}")).isEqualTo("23 24");
    Expressions winter = instance(LOS_ANGELES, "UTC", "2026-11-01T20:00Z");
    assertThat(winter.text("${coord:hoursInDay(0)}")).isEqualTo("25");
    Expressions february = instance(LOS_ANGELES, "UTC", "2026-03-01T02:00Z");
    assertThat(february.text("${coord:daysInMonth(0)} ${coord:daysInMonth(1)}")).isEqualTo("28 31");
  }
}
