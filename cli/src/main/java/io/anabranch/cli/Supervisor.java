package io.anabranch.cli;

import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.Problem;
import io.anabranch.runtime.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;

/**
 * The process that keeps the roles of one data folder running, until it is told to end by a signal;
 * then it stops them in order. Its only argument is the data folder. A lock in the folder makes
 * sure that it is alone.
 */
public final class Supervisor {
  static final String ROLE = "supervisor";
  private static final Duration INTERVAL = Duration.ofMillis(250);

  private Supervisor() {}

  public static void main(String[] arguments) {
    Program.run(() -> supervise(Path.of(arguments[0])));
  }

  private static ExitStatus supervise(Path folder) throws Exception {
    Instance instance = Instance.existing(Home.current(), folder);
    DataFolder data = instance.data();
    FolderLock lock =
        FolderLock.tryTake(data.supervisorLock())
            .orElseThrow(() -> Problem.unreachable("Another supervisor runs on " + data.folder()));
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> endAndAwait(end, ended)));
    try (lock;
        Supervision supervision = new Supervision(Services.of(instance), data, Backoff.STANDARD)) {
      forgetOthers(instance);
      supervision.start(INTERVAL);
      runFile(data, RoleState.READY).write(data.runFile(ROLE));
      end.await();
    } finally {
      runFile(data, RoleState.STOPPED).write(data.runFile(ROLE));
      ended.countDown();
    }
    return ExitStatus.DONE;
  }

  /**
   * What an earlier supervisor said of roles that are no longer wanted would be taken for ours; of
   * a process that lives it stays, so that it can be stopped.
   */
  private static void forgetOthers(Instance instance) throws IOException {
    List<PlatformRole> ours = Services.present(instance);
    for (PlatformRole role : PlatformRole.values()) {
      Path file = instance.data().runFile(role.id());
      if (!ours.contains(role) && RunFile.read(file).flatMap(RunFile::process).isEmpty()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static RunFile runFile(DataFolder data, RoleState state) {
    ProcessHandle self = ProcessHandle.current();
    return new RunFile(
        ROLE,
        self.pid(),
        data.folder().toString(),
        LiveProcess.startOf(self).orElse(Instant.EPOCH),
        0,
        state,
        OptionalInt.empty());
  }

  private static void endAndAwait(CountDownLatch end, CountDownLatch ended) {
    end.countDown();
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
