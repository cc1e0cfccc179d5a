package io.anabranch.cli;

import io.anabranch.runtime.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;

/**
 * Runs one role: starts its process or adopts the one that lives, asks for its health, starts it
 * again after it died. {@link #step} does what is due now and returns; the run file always says the
 * state.
 */
final class RoleWatch {
  private static final long LOG_KEPT_BYTES = 32L << 20;

  private final Service service;
  private final DataFolder data;
  private final Backoff backoff;
  private final BooleanSupplier mayStart;
  private final InstantSource clock;

  private Optional<LiveProcess> process = Optional.empty();
  private volatile RoleState state = RoleState.WAITING;
  private Instant started = Instant.EPOCH;
  private Instant restartAt = Instant.EPOCH;
  private OptionalInt lastExit = OptionalInt.empty();
  private boolean everReady;
  private boolean stopping;
  private int restarts;
  private int deathsInARow;
  private Optional<RunFile> written = Optional.empty();

  RoleWatch(
      Service service,
      DataFolder data,
      Backoff backoff,
      BooleanSupplier mayStart,
      InstantSource clock) {
    this.service = service;
    this.data = data;
    this.backoff = backoff;
    this.mayStart = mayStart;
    this.clock = clock;
  }

  String role() {
    return service.role();
  }

  int tier() {
    return service.tier();
  }

  RoleState state() {
    return state;
  }

  /** Takes over the process that an earlier supervisor started, if it lives. */
  synchronized void adopt() throws IOException {
    Optional<RunFile> earlier = RunFile.read(data.runFile(role()));
    process = earlier.flatMap(RunFile::process);
    if (process.isPresent()) {
      started = process.get().started();
      restarts = earlier.get().restarts();
      lastExit = earlier.get().lastExit();
      state = RoleState.STARTING;
      say("adopted process " + process.get().pid());
    }
    record();
  }

  /** Does what is due now. */
  synchronized void step() throws IOException {
    if (stopping || state == RoleState.FAILED) {
      return;
    }
    if (process.isEmpty()) {
      boolean due = !clock.instant().isBefore(restartAt);
      if (due && (state == RoleState.BACKOFF || mayStart.getAsBoolean())) {
        start();
      }
    } else if (!process.get().isAlive()) {
      died();
    } else {
      checkHealth();
    }
    record();
  }

  /** Ends the process for good. */
  synchronized void stop() throws IOException {
    stopping = true;
    if (process.isPresent()) {
      say("stopping process " + process.get().pid());
      process.get().stop(service.stopDeadline());
      process.get().exitStatus().ifPresent(exit -> lastExit = OptionalInt.of(exit));
      say("stopped");
    }
    state = RoleState.STOPPED;
    record();
  }

  private void start() throws IOException {
    Path log = data.log(role());
    if (Files.exists(log) && Files.size(log) > LOG_KEPT_BYTES) {
      Files.move(log, log.resolveSibling(role() + ".log.1"), StandardCopyOption.REPLACE_EXISTING);
    }
    if (state == RoleState.BACKOFF) {
      restarts++;
    }
    LiveProcess child = LiveProcess.child(service.launch().startInBackground(log));
    process = Optional.of(child);
    started = child.started();
    state = RoleState.STARTING;
    say("started process " + child.pid());
  }

  private void died() {
    LiveProcess dead = process.orElseThrow();
    lastExit = dead.exitStatus();
    process = Optional.empty();
    String how =
        "process %d ended%s"
            .formatted(
                dead.pid(), lastExit.isPresent() ? " with status " + lastExit.getAsInt() : "");
    if (!everReady && lastExit.orElse(0) == ExitStatus.BAD_INPUT.code()) {
      state = RoleState.FAILED;
      say(how + " before it ever served: what it was given is wrong");
      return;
    }
    boolean calm = Duration.between(started, clock.instant()).compareTo(backoff.calm()) >= 0;
    deathsInARow = calm ? 1 : deathsInARow + 1;
    Duration pause = backoff.pause(deathsInARow);
    restartAt = clock.instant().plus(pause);
    state = RoleState.BACKOFF;
    say(how + ", starting it again in " + pause.toMillis() + " ms");
  }

  private void checkHealth() {
    boolean healthy = HealthCheck.isReady(service.health());
    if (healthy) {
      if (state != RoleState.READY) {
        say("ready");
      }
      everReady = true;
      state = RoleState.READY;
    } else if (state == RoleState.READY) {
      state = RoleState.UNREADY;
      say("the health check fails");
    }
  }

  private void record() throws IOException {
    RunFile now =
        new RunFile(
            role(),
            process.map(LiveProcess::pid).orElse(0L),
            service.address(),
            started,
            restarts,
            state,
            lastExit);
    if (written.filter(now::equals).isEmpty()) {
      now.write(data.runFile(role()));
      written = Optional.of(now);
    }
  }

  private void say(String what) {
    System.out.println(clock.instant() + " " + role() + ": " + what);
  }
}
