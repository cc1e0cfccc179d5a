package io.anabranch.views.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.junit.jupiter.api.Test;

class NumbersTest {
  private static final int K = 1000;

  private final Random random = new Random(7);

  private static Numbers numbers(double step, double... values) {
    KllDoublesSketch sketch = KllDoublesSketch.newHeapInstance(K);
    double sum = 0;
    for (double value : values) {
      sketch.update(value);
      sum += value;
    }
    return Numbers.of(sketch, sum / values.length, step);
  }

  private static Numbers many(DoubleSupplier values) {
    return numbers(0, java.util.stream.DoubleStream.generate(values).limit(100_000).toArray());
  }

  private static long counted(Numbers numbers) {
    return numbers.outliers()
        + numbers.histogram().counts().stream().mapToLong(Long::longValue).sum();
  }

  @Property(tries = 300)
  void everyValueIsCountedOnce(@ForAll @NotEmpty @Size(max = 500) double[] values) {
    Numbers numbers = numbers(0, values);
    assertThat(counted(numbers)).isEqualTo(values.length);
    assertThat(numbers.histogram().counts())
        .hasSizeBetween(1, Histogram.BINS)
        .allMatch(count -> count >= 0);
    assertThat(numbers.distance(numbers)).isZero();
  }

  @Property(tries = 300)
  void everyWholeNumberIsCountedOnce(@ForAll @NotEmpty @Size(max = 500) short[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    Numbers numbers = numbers(1, wide);
    assertThat(counted(numbers)).isEqualTo(values.length);
    assertThat(numbers.histogram().from() % 1).isZero();
    assertThat(numbers.histogram().width() % 1).isZero();
  }

  @Test
  void binsOfWholeNumbersHoldEquallyManyOfThem() {
    double[] ages = new double[72 * 10];
    for (int i = 0; i < ages.length; i++) {
      ages[i] = 18 + i % 72;
    }
    Histogram histogram = numbers(1, ages).histogram();
    assertThat(histogram.from()).isEqualTo(18);
    assertThat(histogram.width()).isEqualTo(4);
    assertThat(histogram.counts()).hasSize(18).containsOnly(40L);
  }

  @Test
  void binsSpanARangeThatNoDoubleHolds() {
    Histogram histogram = numbers(0, -1.7e308, -1e308, 0, 1e308, 1.7e308).histogram();
    assertThat(histogram.width()).isEqualTo(1.7e307);
    assertThat(histogram.counts()).hasSize(Histogram.BINS);
    assertThat(List.of(0, 4, 10, 15, 19))
        .allMatch(bin -> histogram.counts().get(bin) == 1, "one value in each of " + histogram);
  }

  @Test
  void oneValueIsOneBin() {
    Numbers numbers = numbers(0, 2.5, 2.5, 2.5);
    assertThat(numbers.histogram()).isEqualTo(new Histogram(2.5, 0, List.of(3L), 0, 0));
    assertThat(numbers.percentiles()).containsOnly(2.5);
  }

  @Test
  void valuesBeyondTheFencesAreOutliersAndInNoBin() {
    double[] values = new double[1000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 100;
    }
    values[0] = 1e9;
    values[1] = -1e9;
    values[2] = -1e8;
    Numbers numbers = numbers(0, values);
    assertThat(numbers.histogram().below()).isEqualTo(2);
    assertThat(numbers.histogram().above()).isEqualTo(1);
    assertThat(numbers.outliers()).isEqualTo(3);
    assertThat(numbers.histogram().from()).isGreaterThan(-100);
    assertThat(numbers.percentile(0)).isEqualTo(-1e9);
    assertThat(numbers.percentile(100)).isEqualTo(1e9);
  }

  @Test
  void aNormalDistributionHasTheOutliersThatItsFormulaSays() {
    Numbers numbers = many(random::nextGaussian);
    assertThat(numbers.percentile(50)).isCloseTo(0, within(0.03));
    assertThat(numbers.percentile(90)).isCloseTo(1.2816, within(0.06));
    assertThat(numbers.outliers() / 100_000.0).isCloseTo(0.00698, within(0.006));
  }

  @Test
  void theDistanceIsThatOfTheDistributions() {
    Numbers uniform = many(random::nextDouble);
    assertThat(uniform.distance(many(random::nextDouble))).isLessThan(0.03);
    assertThat(uniform.distance(many(() -> random.nextDouble() + 0.25)))
        .isCloseTo(0.25, within(0.03));
    assertThat(uniform.distance(many(() -> random.nextDouble() + 2))).isEqualTo(1);
    assertThat(numbers(1, 1, 1, 1, 2).distance(numbers(1, 1, 2, 2, 2)))
        .isCloseTo(0.5, within(0.01));
  }
}
