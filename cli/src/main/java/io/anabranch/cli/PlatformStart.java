package io.anabranch.cli;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Starts the platform of a data folder and waits until all of it serves. */
final class PlatformStart {
  private static final Duration POLL = Duration.ofMillis(150);

  private final Instance instance;
  private final Duration deadline;
  private final long begun = System.nanoTime();

  PlatformStart(Instance instance, Duration deadline) {
    this.instance = instance;
    this.deadline = deadline;
  }

  /**
   * Starts what does not run, and returns once every service answers that it is ready. A start that
   * fails or is interrupted stops the platform again if it has started the supervisor; a platform
   * that ran before stays as it is.
   *
   * @return how long it took; about zero if everything ran
   * @throws Problem if a service cannot be started, or is one that the running supervisor was not
   *     told of
   */
  Duration run() {
    DataFolder data = instance.data();
    FolderLock oneAtATime = takeStartLock(data);
    try {
      if (FolderLock.isHeld(data.supervisorLock())) {
        awaitSupervisor(Optional.empty());
        requireAllSupervised();
        awaitRoles();
      } else {
        refuseWhatCannotWork();
        awaitOrStop(startSupervisor());
      }
      return elapsed();
    } finally {
      oneAtATime.close();
    }
  }

  private static FolderLock takeStartLock(DataFolder data) {
    return FolderLock.tryTake(data.startLock())
        .orElseGet(
            () -> {
              Words.say("another up works on " + data.folder() + "; waiting for it");
              return FolderLock.take(data.startLock());
            });
  }

  private void refuseWhatCannotWork() {
    instance.data().requireSpace(DataFolder.NEEDED_BYTES);
    Set<PlatformRole> starting = EnumSet.noneOf(PlatformRole.class);
    for (PlatformRole role : Services.present(instance)) {
      if (RunFile.read(instance.data().runFile(role.id())).flatMap(RunFile::process).isEmpty()) {
        starting.add(role);
      }
    }
    if (Services.present(instance).isEmpty()) {
      throw Problem.unreachable(
          "No service is built: run 'mvn -DskipTests package' in " + instance.home().folder());
    }
    PortCheck.requireFree(instance, starting);
  }

  private LiveProcess startSupervisor() {
    DataFolder data = instance.data();
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      // A session of its own: Ctrl-C and the end of the terminal do not reach it.
      command.add("/usr/bin/setsid");
    }
    command.addAll(Jvm.SUPERVISOR.command(data.scratch()));
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Danabranch.home=" + instance.home().folder());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Supervisor.class.getName(), data.folder().toString()));
    try {
      Files.deleteIfExists(data.runFile(Supervisor.ROLE));
      Process process = new Launch(command, Map.of()).startInBackground(data.log(Supervisor.ROLE));
      return LiveProcess.child(process);
    } catch (IOException e) {
      throw Problem.unreachable("Cannot start the supervisor: " + e, e);
    }
  }

  /** A supervisor that is ready has said of all of its roles what they do. */
  private void requireAllSupervised() {
    for (PlatformRole role : Services.present(instance)) {
      Optional<RunFile> file = RunFile.read(instance.data().runFile(role.id()));
      if (file.filter(run -> run.state() != RoleState.STOPPED).isEmpty()) {
        throw Problem.unreachable(
            "%s is no part of the running platform, which knows the settings of its start: './anabranch down', then './anabranch up' starts it too"
                .formatted(role.id()));
      }
    }
  }

  private void awaitOrStop(LiveProcess supervisor) {
    boolean done = false;
    Thread interrupted =
        new Thread(
            () -> {
              Words.say("interrupted; stopping what was started");
              new PlatformStop(instance).run();
            });
    Runtime.getRuntime().addShutdownHook(interrupted);
    try {
      awaitSupervisor(Optional.of(supervisor));
      awaitRoles();
      done = true;
    } finally {
      if (Interruption.disarm(interrupted) && !done) {
        new PlatformStop(instance).run();
      }
    }
  }

  private void awaitRoles() {
    List<PlatformRole> waiting = new ArrayList<>(Services.present(instance));
    Set<PlatformRole> died = EnumSet.noneOf(PlatformRole.class);
    while (!waiting.isEmpty()) {
      for (PlatformRole role : List.copyOf(waiting)) {
        Optional<RunFile> file = RunFile.read(instance.data().runFile(role.id()));
        RoleState state = file.map(RunFile::state).orElse(RoleState.WAITING);
        // The supervisor may not have looked since the process was killed, a moment ago.
        if (state == RoleState.READY && HealthCheck.isReady(instance.health(role))) {
          waiting.remove(role);
          Words.say(
              "%-8s ready after %.1f s  %s"
                  .formatted(
                      role.id(), elapsed().toMillis() / 1000.0, file.orElseThrow().address()));
        } else if (state == RoleState.FAILED || state == RoleState.STOPPED) {
          throw failure(role.id(), "did not start");
        } else if (state == RoleState.BACKOFF && died.add(role)) {
          Words.say("%s died and is started again: %s".formatted(role.id(), lastWords(role.id())));
        }
      }
      if (!waiting.isEmpty()) {
        if (!FolderLock.isHeld(instance.data().supervisorLock())) {
          throw failure(Supervisor.ROLE, "ended");
        }
        pause(() -> failure(waiting.get(0).id(), "was not ready"));
      }
    }
  }

  /**
   * Waits until the supervisor watches its roles.
   *
   * @param supervisor its process, if this start made it
   */
  private void awaitSupervisor(Optional<LiveProcess> supervisor) {
    Path file = instance.data().runFile(Supervisor.ROLE);
    while (RunFile.read(file).filter(run -> run.state() == RoleState.READY).isEmpty()) {
      if (supervisor.isPresent() && !supervisor.get().isAlive()) {
        throw failure(Supervisor.ROLE, "did not start");
      } else if (supervisor.isEmpty() && !FolderLock.isHeld(instance.data().supervisorLock())) {
        throw failure(Supervisor.ROLE, "ended");
      }
      pause(() -> failure(Supervisor.ROLE, "did not start"));
    }
  }

  private void pause(Supplier<Problem> tooLate) {
    if (elapsed().compareTo(deadline) > 0) {
      throw tooLate.get();
    }
    try {
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.unreachable("Interrupted while the platform started");
    }
  }

  private Problem failure(String role, String what) {
    Path log = instance.data().log(role);
    return Problem.unreachable(
        "%s %s after %d s: %s%n  its log: %s"
            .formatted(role, what, elapsed().toSeconds(), lastWords(role), log));
  }

  private String lastWords(String role) {
    return LogTail.lastMeaningfulLine(instance.data().log(role)).orElse("its log is empty");
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - begun);
  }
}
