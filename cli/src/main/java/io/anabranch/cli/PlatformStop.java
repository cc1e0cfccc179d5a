package io.anabranch.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Stops the platform of a data folder: the layers first, then Hive, then the stack. */
final class PlatformStop {
  /** Longer than all tiers together may take. */
  private static final Duration SUPERVISOR_DEADLINE = Duration.ofSeconds(150);

  private static final Duration ORPHAN_DEADLINE = Duration.ofSeconds(45);

  private final Instance instance;

  PlatformStop(Instance instance) {
    this.instance = instance;
  }

  /**
   * Returns once nothing runs any more.
   *
   * @return the roles that ran
   */
  List<String> run() {
    DataFolder data = instance.data();
    List<String> stopped = new ArrayList<>();
    List<PlatformRole> roles =
        List.of(PlatformRole.values()).stream()
            .filter(role -> process(role).isPresent())
            .sorted(Comparator.comparing(PlatformRole::tier).reversed())
            .toList();
    roles.forEach(role -> stopped.add(role.id()));
    RunFile.read(data.runFile(Supervisor.ROLE))
        .flatMap(RunFile::process)
        .ifPresent(supervisor -> supervisor.stop(SUPERVISOR_DEADLINE));
    // Without a supervisor, or with one that was killed, the processes are still there.
    for (PlatformRole role : roles) {
      process(role).ifPresent(orphan -> orphan.stop(ORPHAN_DEADLINE));
    }
    return stopped;
  }

  private Optional<LiveProcess> process(PlatformRole role) {
    return RunFile.read(instance.data().runFile(role.id())).flatMap(RunFile::process);
  }
}
