package io.anabranch.serving.cells;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.schemas.View;
import io.anabranch.serving.MemoryRiver;
import java.time.Instant;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class GrainTest {
  private static final View VIEW =
      MemoryRiver.DATASETS.named("customer_orders").views().get("sales_by_category");

  @Provide
  Arbitrary<Grain> grains() {
    return Arbitraries.of("PT1H", "PT6H", "P1D", "P7D", "P1M").map(text -> Grain.parse(text, VIEW));
  }

  /** Epoch seconds: all that epoch milliseconds tell, and a bucket's start more often than not. */
  @Provide
  Arbitrary<Long> seconds() {
    return Arbitraries.oneOf(
        Arbitraries.longs().between(Long.MIN_VALUE / 1000, Long.MAX_VALUE / 1000),
        Arbitraries.integers().between(-200_000, 200_000).map(day -> day * 86_400L),
        Arbitraries.longs().between(-5_000_000_000L, 5_000_000_000L));
  }

  @Property
  void theFirstBucketFromATimeIsTheNextThatStarts(
      @ForAll("grains") Grain grain, @ForAll("seconds") long second) {
    long first = grain.firstFrom(second);
    assertThat(first).isGreaterThanOrEqualTo(second);
    assertThat(grain.bucketOf(first)).as("it is a start").isEqualTo(first);
    assertThat(grain.bucketOf(first - 1)).as("the one before it").isLessThan(second);
  }

  @Test
  void monthsAreThoseOfTheCalendar() {
    Grain months = Grain.parse("P1M", VIEW);
    assertThat(months.firstFrom(second("2024-02-01T00:00:00Z")))
        .isEqualTo(second("2024-02-01T00:00:00Z"));
    assertThat(months.firstFrom(second("2024-02-01T00:00:01Z")))
        .isEqualTo(second("2024-03-01T00:00:00Z"));
    assertThat(months.firstFrom(second("1969-12-31T23:59:59Z"))).isZero();
  }

  private static long second(String time) {
    return Instant.parse(time).getEpochSecond();
  }
}
