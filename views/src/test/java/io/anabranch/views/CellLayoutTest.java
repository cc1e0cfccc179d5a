package io.anabranch.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CellLayoutTest {
  private final CellLayout layout = CellLayout.of(TestViews.everyMeasure());

  /** A record as (price or null, customer or null). */
  record Sale(Long price, String customer) {}

  @Provide
  Arbitrary<List<Sale>> sales() {
    Arbitrary<Long> price =
        Arbitraries.oneOf(
                Arbitraries.longs().between(-1_000_000, 1_000_000),
                Arbitraries.of(Long.MAX_VALUE, Long.MIN_VALUE))
            .injectNull(0.2);
    Arbitrary<String> customer = Arbitraries.strings().alpha().ofMaxLength(3).injectNull(0.2);
    return net.jqwik.api.Combinators.combine(price, customer).as(Sale::new).list().ofMaxSize(60);
  }

  private Object[] fold(List<Sale> sales) {
    return fold(layout, sales);
  }

  private static Object[] fold(CellLayout layout, List<Sale> sales) {
    Object[] cell = layout.empty();
    for (Sale sale : sales) {
      Object[] inputs =
          layout.storedValues().stream()
              .map(
                  value ->
                      "price".equals(value.column())
                          ? sale.price()
                          : "customer".equals(value.column()) ? sale.customer() : null)
              .toArray();
      layout.update(cell, inputs);
    }
    return cell;
  }

  private Object[] merge(Object[] a, Object[] b) {
    Object[] sum = layout.empty();
    layout.merge(sum, a);
    layout.merge(sum, b);
    return sum;
  }

  @Property
  void mergeOfPartsEqualsTheFoldOfAll(
      @ForAll("sales") List<Sale> a, @ForAll("sales") List<Sale> b) {
    List<Sale> all = new ArrayList<>(a);
    all.addAll(b);
    assertThat(layout.measures(merge(fold(a), fold(b)))).isEqualTo(layout.measures(fold(all)));
  }

  @Property
  void mergeIsAssociativeAndCommutative(
      @ForAll("sales") List<Sale> a, @ForAll("sales") List<Sale> b, @ForAll("sales") List<Sale> c) {
    var left = layout.measures(merge(merge(fold(a), fold(b)), fold(c)));
    assertThat(layout.measures(merge(fold(a), merge(fold(b), fold(c))))).isEqualTo(left);
    assertThat(layout.measures(merge(fold(c), merge(fold(b), fold(a))))).isEqualTo(left);
  }

  @Property
  void theEmptyCellIsTheIdentityOfMerge(@ForAll("sales") List<Sale> a) {
    assertThat(layout.measures(merge(layout.empty(), fold(a)))).isEqualTo(layout.measures(fold(a)));
    assertThat(layout.measures(merge(fold(a), layout.empty()))).isEqualTo(layout.measures(fold(a)));
  }

  @Property
  void decodeUndoesEncode(@ForAll("sales") List<Sale> a) {
    assertThat(layout.measures(layout.decode(layout.encode(fold(a)))))
        .isEqualTo(layout.measures(fold(a)));
  }

  @Property
  void aSumIsExactWhateverItsSize(@ForAll("sales") List<Sale> a) {
    BigInteger sum =
        a.stream()
            .filter(sale -> sale.price() != null)
            .map(sale -> BigInteger.valueOf(sale.price()))
            .reduce(BigInteger::add)
            .orElse(null);
    assertThat(layout.measures(fold(a)).get("revenue"))
        .isEqualTo(sum == null ? null : new BigDecimal(sum, 3));
  }

  /** Sketches may be written in several ways. */
  @Property
  void aValueHasOneEncodingHoweverItCameAbout(
      @ForAll("sales") List<Sale> a, @ForAll("sales") List<Sale> b) {
    CellLayout exact = CellLayout.of(TestViews.exactMeasures("exact"));
    List<Sale> all = new ArrayList<>(b);
    all.addAll(a);
    EncodedCell whole = exact.encode(fold(exact, all));
    Object[] merged = exact.decode(exact.encode(fold(exact, a)));
    exact.merge(merged, exact.decode(exact.encode(fold(exact, b))));
    assertThat(exact.encode(merged)).isEqualTo(whole);
    assertThat(exact.encode(exact.decode(whole))).isEqualTo(whole);
  }

  @Test
  void aSumThatLeavesSixtyFourBitsHasSixteenBytesUntilItComesBack() {
    CellLayout sums = CellLayout.of(TestViews.sum());
    Sale most = new Sale(Long.MAX_VALUE, null);
    Sale least = new Sale(Long.MIN_VALUE, null);
    assertThat(sums.encode(fold(sums, List.of(most)))).hasToString("01" + "7fffffffffffffff");
    assertThat(sums.encode(fold(sums, List.of(most, new Sale(1L, null)))))
        .hasToString("03" + "0000000000000000" + "8000000000000000");
    assertThat(sums.encode(fold(sums, List.of(least, new Sale(-1L, null)))))
        .hasToString("03" + "ffffffffffffffff" + "7fffffffffffffff");
    assertThat(sums.encode(fold(sums, List.of(most, most, least, new Sale(-1L, null)))))
        .hasToString("01" + "7ffffffffffffffd");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0300000000000000007fffffffffffffff", // fits 8 bytes
        "03000000000000000080000000000000", // ends early
        "020000000100", // a sketch
        "040000000000000001"
      })
  void refusesBytesThatAreNoSum(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    CellLayout sums = CellLayout.of(TestViews.sum());
    assertThatThrownBy(() -> sums.decode(EncodedCell.of(bytes)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theAverageOfWhatLeavesSixtyFourBitsIsExact() {
    List<Sale> sales = Collections.nCopies(3, new Sale(Long.MAX_VALUE, null));
    assertThat(layout.measures(fold(sales)))
        .containsEntry("average", new BigDecimal("9223372036854775.807000"));
  }

  @Test
  void servesDecimalsWithTheirScaleAndAnAverageWithThreeDigitsMore() {
    var measures =
        layout.measures(
            fold(List.of(new Sale(1000L, "a"), new Sale(2001L, "b"), new Sale(null, "a"))));
    assertThat(measures)
        .containsEntry("orders", 3L)
        .containsEntry("priced", 2L)
        .containsEntry("revenue", new BigDecimal("3.001"))
        .containsEntry("lowest", new BigDecimal("1.000"))
        .containsEntry("highest", new BigDecimal("2.001"))
        .containsEntry("average", new BigDecimal("1.500500"))
        .containsEntry("customers", 2L);
  }

  @Test
  void servesNoSumWhereThereWasNoValue() {
    assertThat(layout.measures(fold(List.of(new Sale(null, null)))))
        .containsEntry("orders", 1L)
        .containsEntry("priced", 0L)
        .containsEntry("revenue", null)
        .containsEntry("average", null)
        .containsEntry("customers", 0L);
  }

  @Test
  void refusesBytesThatAreNoCell() {
    byte[] bytes = layout.encode(fold(List.of(new Sale(1L, "a")))).bytes();
    byte[] cut = java.util.Arrays.copyOf(bytes, bytes.length - 1);
    assertThatThrownBy(() -> layout.decode(EncodedCell.of(cut)))
        .isInstanceOf(IllegalArgumentException.class);
    byte[] longer = java.util.Arrays.copyOf(bytes, bytes.length + 1);
    assertThatThrownBy(() -> layout.decode(EncodedCell.of(longer)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 bytes too many");
  }

  @Test
  void countsDistinctTextsWithinThreeStandardErrors() {
    List<Sale> sales = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      sales.add(new Sale(null, "customer-" + i % 20_000));
    }
    long estimate = (Long) layout.measures(fold(sales)).get("customers");
    assertThat((double) estimate).isCloseTo(20_000, within(3 * 0.01625 * 20_000));
  }

  @Test
  void estimatesQuantilesWithinTheStatedRankError() {
    CellLayout quantiles = CellLayout.of(TestViews.quantiles());
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      values.add((double) i);
    }
    Collections.shuffle(values, new Random(7));
    Object[] one = quantiles.empty();
    Object[] two = quantiles.empty();
    values.subList(0, 4000).forEach(value -> quantiles.update(one, new Object[] {value}));
    values.subList(4000, 10_000).forEach(value -> quantiles.update(two, new Object[] {value}));
    quantiles.merge(one, two);
    List<?> served =
        (List<?>) quantiles.measures(quantiles.decode(quantiles.encode(one))).get("prices");
    assertThat((Double) served.get(2)).isCloseTo(5000, within(2 * 165.0));
  }

  @Property
  void leastAndGreatestDoublesAreTheSameInAnyOrder(
      @ForAll("doubles") List<Double> a, @ForAll("doubles") List<Double> b) {
    CellLayout doubles = CellLayout.of(TestViews.doubles());
    List<Double> all = new ArrayList<>(b);
    all.addAll(a);
    Object[] merged = foldDoubles(doubles, a);
    doubles.merge(merged, doubles.decode(doubles.encode(foldDoubles(doubles, b))));
    assertThat(doubles.encode(merged)).isEqualTo(doubles.encode(foldDoubles(doubles, all)));
  }

  @Provide
  Arbitrary<List<Double>> doubles() {
    return Arbitraries.of(0.0, -0.0, 1.5, -1.5, Double.NaN)
        .injectNull(0.2)
        .list()
        .ofMaxSize(8)
        .map(ArrayList::new);
  }

  private static Object[] foldDoubles(CellLayout layout, List<Double> values) {
    Object[] cell = layout.empty();
    for (Double value : values) {
      Object[] inputs = layout.empty();
      Arrays.fill(inputs, value);
      layout.update(cell, inputs);
    }
    return cell;
  }

  @Test
  void aSketchWithoutNumbersServesNoQuantiles() {
    CellLayout quantiles = CellLayout.of(TestViews.quantiles());
    Object[] cell = foldDoubles(quantiles, List.of(Double.NaN));
    assertThat(quantiles.measures(quantiles.decode(quantiles.encode(cell))))
        .containsEntry("prices", List.of());
    assertThat(quantiles.quantilesAgree(cell, quantiles.empty())).isTrue();
  }

  @Test
  void quantilesOfTheSameValuesAgreeInWhateverOrderTheyCame() {
    CellLayout quantiles = CellLayout.of(TestViews.quantiles());
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      values.add(Math.floor(Math.sqrt(i)));
    }
    Object[] sorted = foldDoubles(quantiles, values);
    for (int seed = 0; seed < 20; seed++) {
      Collections.shuffle(values, new Random(seed));
      Object[] parts = foldDoubles(quantiles, values.subList(0, 7000));
      quantiles.merge(parts, foldDoubles(quantiles, values.subList(7000, values.size())));
      assertThat(quantiles.quantilesAgree(sorted, parts)).as("seed %s", seed).isTrue();
      assertThat(quantiles.quantilesAgree(parts, sorted)).as("seed %s", seed).isTrue();
    }
  }

  @Test
  void quantilesOfOtherValuesDoNotAgree() {
    CellLayout quantiles = CellLayout.of(TestViews.quantiles());
    Object[] some = foldDoubles(quantiles, List.of(1.0, 2.0, 3.0, 4.0, 5.0));
    for (List<Double> others :
        List.of(
            List.<Double>of(),
            List.of(1.0, 2.0, 3.0, 5.0),
            List.of(0.0, 2.0, 3.0, 4.0, 5.0),
            List.of(1.0, 2.0, 3.0, 4.0, 6.0),
            List.of(1.0, 2.0, 2.5, 4.0, 5.0))) {
      Object[] other = foldDoubles(quantiles, others);
      assertThat(quantiles.quantilesAgree(some, other)).as("%s", others).isFalse();
      assertThat(quantiles.quantilesAgree(other, some)).as("%s", others).isFalse();
    }
  }
}
