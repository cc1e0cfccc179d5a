package io.anabranch.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.anabranch.jobs.files.JobFiles;
import io.anabranch.jobs.files.LocalFiles;
import io.anabranch.jobs.store.Run;
import io.anabranch.jobs.store.Run.Status;
import io.anabranch.jobs.time.OozieTime;
import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scheduler as the serving layer starts it: Derby, its thread, real processes. */
class JobsServiceTest {
  private static final JobsSettings SETTINGS =
      new JobsSettings(
          true, true, "Europe/Copenhagen", 2, Duration.ofMillis(50), Duration.ofDays(90));

  @TempDir private Path folder;
  private JobsService.Place place;

  @BeforeEach
  void install() throws IOException {
    Path command = folder.resolve("anabranch");
    Files.writeString(command, "#!/bin/sh\necho \"$@\"\n");
    assertThat(command.toFile().setExecutable(true)).isTrue();
    URI none = URI.create("none://127.0.0.1:1");
    place =
        new JobsService.Place(
            new PlatformSettings(
                folder.resolve("data"), folder, none, "/anabranch", "", "", none, "", "", "", none),
            command,
            folder.resolve("a.conf"),
            List.of("customer_orders"),
            new LocalFiles(Clock.systemUTC()));
  }

  private JobsService start() {
    return JobsService.start(SETTINGS, place, Clock.systemUTC());
  }

  private static void awaitStatus(Jobs jobs, String run, Status status) {
    await().atMost(Duration.ofMinutes(2)).until(() -> jobs.run(run).status() == status);
  }

  @Test
  void runsAndTheirHistorySurviveARestart() {
    String id;
    try (JobsService service = start()) {
      assertThat(service.jobs().schedules()).hasSize(5);
      id = service.jobs().start(new Jobs.Request("nightly-customer_orders", Map.of(), "me")).id();
      awaitStatus(service.jobs(), id, Status.SUCCEEDED);
      service.jobs().remove("verify-customer_orders");
    }
    try (JobsService service = start()) {
      assertThat(service.jobs().schedules()).hasSize(4);
      Run run = service.jobs().run(id);
      assertThat(run.status()).isEqualTo(Status.SUCCEEDED);
      assertThat(service.jobs().log(service.jobs().steps(id).get(0)))
          .content()
          .isEqualTo(
              "batch run --config %s -- customer_orders\n".formatted(folder.resolve("a.conf")));
    }
  }

  @Test
  void whatIsUnderWayAtAStopIsBegunAgain() throws IOException {
    Path go = folder.resolve("go");
    Files.writeString(
        folder.resolve("anabranch"),
        "#!/bin/sh\necho begun\n[ -e " + go + " ] || exec sleep 1000\n");
    String id;
    try (JobsService service = start()) {
      Jobs jobs = service.jobs();
      id = jobs.start(new Jobs.Request("compact-customer_orders", Map.of(), "me")).id();
      await()
          .atMost(Duration.ofMinutes(2))
          .until(
              () ->
                  jobs.steps(id).stream()
                      .anyMatch(step -> Files.exists(jobs.log(step).resolveSibling("pid"))));
    }
    Files.createFile(go);
    try (JobsService service = start()) {
      awaitStatus(service.jobs(), id, Status.SUCCEEDED);
      assertThat(service.jobs().steps(id)).hasSize(2);
      assertThat(service.jobs().steps(id).get(1).interruptions()).isEqualTo(1);
    }
  }

  @Test
  void wrongSettingsAreTold() {
    assertThatThrownBy(
            () ->
                new JobsSettings(
                    true, true, "Mars/Olympus", 2, Duration.ofSeconds(1), Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Mars/Olympus");
    assertThatThrownBy(
            () -> new JobsSettings(true, true, "UTC", 0, Duration.ofSeconds(1), Duration.ZERO))
        .hasMessageContaining("parallel");
    try (JobsService service = start()) {
      assertThatThrownBy(() -> service.jobs().run("x")).isInstanceOf(Problem.class);
    }
  }

  @Test
  void anErrorDoesNotEndTheScheduler() throws IOException {
    CountDownLatch thrown = new CountDownLatch(1);
    JobFiles broken =
        (JobFiles)
            Proxy.newProxyInstance(
                JobsServiceTest.class.getClassLoader(),
                new Class<?>[] {JobFiles.class},
                (proxy, method, arguments) -> {
                  thrown.countDown();
                  throw new StackOverflowError("of a file system");
                });
    place =
        new JobsService.Place(
            place.platform(), place.command(), place.config(), place.datasets(), broken);
    Path app = Files.createDirectories(folder.resolve("app"));
    Files.writeString(app.resolve("workflow.xml"), Bench.workflow("<start to='done'/>"));
    Files.writeString(
        app.resolve("coordinator.xml"),
        Bench.coordinator("10", OozieTime.format(Instant.now().minusSeconds(120)), "UTC", "")
            .replace(
                "<action>",
                """
                <datasets><dataset name="d" frequency="10" initial-instance="2026-01-01T00:00Z" timezone="UTC">
                  <uri-template>none://x/${HOUR}${MINUTE}</uri-template><done-flag></done-flag>
                </dataset></datasets>
                <input-events><data-in name="i" dataset="d"><instance>${coord:current(0)}</instance></data-in></input-events>
                <action>"""));
    try (JobsService service = start()) {
      Jobs jobs = service.jobs();
      jobs.submit(new Jobs.Submission("s", app.toString(), Map.of(), "me"));
      assertThat(thrown.await(2, TimeUnit.MINUTES)).isTrue();
      String id = jobs.start(new Jobs.Request("quality-customer_orders", Map.of(), "me")).id();
      awaitStatus(jobs, id, Status.SUCCEEDED);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
