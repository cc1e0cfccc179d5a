package io.anabranch.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RepeatFilterTest {
  private static final int HORIZON = 10_000;

  @TempDir private Path folder;

  /** What the filter must say: the latest time of each identity, for ever. */
  private static final class Naive {
    private final Map<Long, Long> latest = new HashMap<>();

    boolean isRepeat(long identity, long ms) {
      Long before = latest.put(identity, ms);
      return before != null && ms - before <= HORIZON;
    }
  }

  /**
   * One record a millisecond or more.
   *
   * @param identities how many there are
   */
  private static void expectTheNaiveAnswers(
      LongMemory memory, long seed, int records, int identities) {
    RepeatFilter filter = new RepeatFilter(Duration.ofMillis(HORIZON), memory);
    Naive naive = new Naive();
    Random random = new Random(seed);
    long ms = 1;
    for (int i = 0; i < records; i++) {
      ms += random.nextInt(100) == 0 ? random.nextInt(HORIZON) : 1;
      // Half of an identity alone tells nothing: many share it.
      long identity = random.nextInt(identities);
      long high = identity % 7;
      boolean expected = naive.isRepeat(identity, ms);
      assertThat(filter.wouldRepeat(high, identity / 7, ms)).isEqualTo(expected);
      assertThat(filter.isRepeat(high, identity / 7, ms)).isEqualTo(expected);
    }
    assertThat(filter.size()).isPositive().isLessThanOrEqualTo(identities);
  }

  @Property(tries = 50)
  void tellsWhatARecordWasBefore(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 50_000) int identities) {
    expectTheNaiveAnswers(LongMemory.HEAP, seed, 30_000, identities);
  }

  @Test
  void tellsTheSameFromFilesThatAreMapped() {
    expectTheNaiveAnswers(LongMemory.mapped(folder), 1, 300_000, 100_000);
    assertThat(folder).as("no file is left behind, even while it is used").isEmptyDirectory();
  }

  @Test
  void keepsWhatLiesWithinTheHorizonHoweverMuchThatIs() {
    RepeatFilter filter = new RepeatFilter(Duration.ofDays(1), LongMemory.mapped(folder));
    for (long i = 0; i < 1_000_000; i++) {
      assertThat(filter.isRepeat(i, -i, 1_000)).isFalse();
    }
    assertThat(filter.size()).isEqualTo(1_000_000);
    for (long i = 0; i < 1_000_000; i += 1_000) {
      assertThat(filter.wouldRepeat(i, -i, 1_000)).isTrue();
    }
  }

  @Test
  void forgetsWhatLiesBeyondTheHorizon() {
    RepeatFilter filter = new RepeatFilter(Duration.ofMillis(HORIZON));
    for (long i = 1; i <= 20 * HORIZON; i++) {
      assertThat(filter.isRepeat(i, i, i)).isFalse();
    }
    assertThat(filter.size()).isLessThan(3 * HORIZON);
  }

  @Test
  void saysWhereThereIsNoRoom() {
    LongMemory nowhere = LongMemory.mapped(folder.resolve("absent"));
    assertThatThrownBy(() -> nowhere.allocate(1))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("absent");
  }
}
