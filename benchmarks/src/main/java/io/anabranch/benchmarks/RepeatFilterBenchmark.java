package io.anabranch.benchmarks;

import io.anabranch.views.RepeatFilter;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Telling repeats, one in a hundred, among a million identities within the horizon: what the filter
 * in memory costs a record.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class RepeatFilterBenchmark {
  private static final int WITHIN_HORIZON = 1_000_000;

  private RepeatFilter filter;
  private Random random;
  private long at;

  /** A full horizon: one record a millisecond. */
  @Setup(Level.Trial)
  public void fill() {
    filter = new RepeatFilter(Duration.ofMillis(WITHIN_HORIZON));
    random = new Random(1);
    at = 1;
    for (int i = 0; i < 2 * WITHIN_HORIZON; i++) {
      tell();
    }
  }

  /** Records a second, by one thread. */
  @Benchmark
  public boolean tell() {
    at++;
    long identity = random.nextInt(100) == 0 ? at - 1 - random.nextInt(1_000) : at;
    return filter.isRepeat(identity * 0x9E3779B97F4A7C15L, identity, at);
  }
}
