package io.anabranch.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.schemas.FieldType;
import io.anabranch.schemas.Measure;
import io.anabranch.schemas.View;
import io.anabranch.views.CellLayout;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServedValueTest {
  @ParameterizedTest
  @CsvSource({
    "1.0, 1.0000000001, true",
    "1.0, 1.00001, false",
    "0.0, -0.0, true",
    "NaN, NaN, true",
    "NaN, 0.0, false",
    "Infinity, Infinity, true",
    "Infinity, -Infinity, false",
    "Infinity, 1.0, false"
  })
  void doublesAreTheSameWithinAPartInAThousandMillions(double left, double right, boolean same) {
    assertThat(ServedValue.areSame(Map.of("x", left), Map.of("x", right))).isEqualTo(same);
    assertThat(ServedValue.areSame(Map.of("x", right), Map.of("x", left))).isEqualTo(same);
  }

  @Test
  void quantilesOfOtherValuesAreNotTheSame() {
    CellLayout layout = CellLayout.of(quantiles());
    Object[] cell = cell(layout, List.of(1.0, 2.0, 3.0));

    assertThat(ServedValue.areSame(layout, cell, cell(layout, List.of(3.0, 1.0, 2.0)))).isTrue();
    assertThat(ServedValue.areSame(layout, cell, cell(layout, List.of(1.0, 2.0, 4.0)))).isFalse();
  }

  private static View quantiles() {
    FieldType type = new FieldType(FieldType.Kind.DOUBLE, 0, 0);
    Measure measure = new Measure("q", Measure.Kind.QUANTILES, Optional.of("price"), type);
    return new View(
        "orders", "q", Duration.ofHours(1), List.of(), Map.of("q", measure), false, false, "q");
  }

  private static Object[] cell(CellLayout layout, List<Double> values) {
    Object[] cell = layout.empty();
    values.forEach(value -> layout.update(cell, new Object[] {value}));
    return cell;
  }
}
