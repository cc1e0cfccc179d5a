package io.anabranch.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Samples how much memory all processes of an instance hold together, from {@code /proc}: the
 * supervisor, the roles, this process, and the children of all of them. Pages that processes share
 * count once for each, so the figure is an upper bound. Without {@code /proc} it stays 0.
 */
final class Residency implements AutoCloseable {
  private final DataFolder data;
  private final AtomicLong peakBytes = new AtomicLong();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

  private Residency(DataFolder data) {
    this.data = data;
  }

  static Residency sample(DataFolder data, Duration interval) {
    Residency residency = new Residency(data);
    ScheduledFuture<?> unused =
        residency.thread.scheduleWithFixedDelay(
            residency::sampleOnce, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    return residency;
  }

  /** The greatest sum so far. */
  long peakMb() {
    return peakBytes.get() >> 20;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private void sampleOnce() {
    long sum = processes().stream().mapToLong(Residency::residentBytes).sum();
    peakBytes.accumulateAndGet(sum, Math::max);
  }

  private Set<Long> processes() {
    Set<Long> pids = new HashSet<>();
    add(pids, ProcessHandle.current());
    Stream<String> roles =
        Stream.concat(
            Stream.of(Supervisor.ROLE), Stream.of(PlatformRole.values()).map(PlatformRole::id));
    roles
        .flatMap(role -> RunFile.read(data.runFile(role)).stream())
        .flatMap(file -> file.process().stream())
        .flatMap(process -> ProcessHandle.of(process.pid()).stream())
        .forEach(handle -> add(pids, handle));
    return pids;
  }

  private static void add(Set<Long> pids, ProcessHandle process) {
    pids.add(process.pid());
    process.descendants().forEach(child -> pids.add(child.pid()));
  }

  /** The line {@code VmRSS: n kB} of a process; 0 once it is gone. */
  static long residentBytes(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .sum();
    } catch (IOException | java.io.UncheckedIOException gone) {
      return 0;
    }
  }
}
