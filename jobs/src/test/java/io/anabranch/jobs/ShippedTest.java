package io.anabranch.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.jobs.run.Outcome;
import io.anabranch.jobs.store.Run;
import io.anabranch.jobs.store.Run.Status;
import io.anabranch.jobs.store.Schedule;
import io.anabranch.jobs.time.OozieTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that are shipped, read and checked against Oozie's schemas, and run. */
class ShippedTest {
  private static final ZoneId COPENHAGEN = ZoneId.of("Europe/Copenhagen");

  @TempDir private Path folder;

  private Bench submitted() {
    Bench bench = new Bench(folder, "2026-03-26T12:00:00Z");
    Shipped shipped = new Shipped(folder.resolve("shipped"));
    shipped.layOut();
    shipped.submit(
        bench.jobs,
        List.of("customer_orders", "energy_readings"),
        COPENHAGEN,
        bench.clock.instant());
    return bench;
  }

  @Test
  void eachDatasetGetsEachOnce() {
    Bench bench = submitted();
    assertThat(bench.jobs.schedules()).hasSize(10);
    Schedule nightly = bench.jobs.schedule("nightly-customer_orders");
    assertThat(bench.jobs.due(nightly, Instant.EPOCH, 4))
        .extracting(OozieTime::format)
        .containsExactly(
            "2026-03-26T22:55Z", "2026-03-27T22:55Z", "2026-03-28T22:55Z", "2026-03-29T21:55Z");
    assertThat(bench.jobs.due(bench.jobs.schedule("weekly-energy_readings"), Instant.EPOCH, 2))
        .extracting(OozieTime::format)
        .containsExactly("2026-03-28T23:30Z", "2026-04-04T22:30Z");
    bench.jobs.remove("nightly-customer_orders");
    new Shipped(folder.resolve("shipped"))
        .submit(bench.jobs, List.of("customer_orders"), COPENHAGEN, bench.clock.instant());
    assertThat(bench.jobs.schedules()).as("removed ones stay away").hasSize(9);
  }

  /** An Oozie server refuses actions without these. */
  @Test
  void eachWorkflowSaysWhereItsActionsRun() {
    submitted();
    assertThat(Shipped.kinds())
        .allSatisfy(
            kind ->
                assertThat(folder.resolve("shipped").resolve(kind).resolve("workflow.xml"))
                    .content()
                    .containsSubsequence(
                        "</parameters>",
                        "<global>",
                        "<resource-manager>${resourceManager}</resource-manager>",
                        "<name-node>${nameNode}</name-node>",
                        "</global>",
                        "<start "));
  }

  @Test
  void theyCallThePlatformsCommand() {
    Bench bench = submitted();
    bench.runner.script(word -> Optional.of(Outcome.ok()));
    bench.passUntil(Instant.parse("2026-03-29T12:00:00Z"), Duration.ofMinutes(5));
    assertThat(bench.runner.started)
        .contains(
            "anabranch batch run --config /conf -- customer_orders",
            "anabranch batch run --full --config /conf -- customer_orders",
            "anabranch batch compact --config /conf -- energy_readings",
            "anabranch quality --config /conf -- customer_orders",
            "anabranch verify --config /conf -- energy_readings");
    assertThat(bench.runs()).extracting(Run::status).containsOnly(Status.SUCCEEDED);
    assertThat(bench.runs())
        .extracting(Run::dataset)
        .containsOnly("customer_orders", "energy_readings");
  }
}
