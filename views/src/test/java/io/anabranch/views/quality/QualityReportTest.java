package io.anabranch.views.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.schemas.Dataset.QualityCheck.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QualityReportTest {
  private static FieldReport field(long records, long missing, long distinct) {
    Double completeness = Share.of(records - missing, records).share();
    return new FieldReport(
        "age", "int", records, missing, completeness, distinct, null, null, List.of(), null, null);
  }

  private static CheckReport check(Level level, boolean passed) {
    return new CheckReport("age.missing = 0", level, passed, Map.of("age.missing", "3"));
  }

  @Test
  void aShareOfNothingIsUnknown() {
    assertThat(Share.of(1, 4).share()).isEqualTo(0.25);
    assertThat(Share.of(0, 0).share()).isNull();
    assertThatThrownBy(() -> Share.of(2, 1))
        .hasMessage("Invalid part: 2 of 1 (must be from 0 to the whole)");
  }

  @Test
  void driftIsTheChangeSinceTheOtherReport() {
    Drift drift = field(10, 4, 30).since(field(100, 10, 20)).drift();
    assertThat(drift.completeness()).isCloseTo(-0.3, within(1e-9));
    assertThat(drift.distinct()).isCloseTo(0.5, within(1e-9));
    assertThat(drift.distance()).isNull();
    assertThat(field(0, 0, 0).since(field(0, 0, 0)).drift()).isEqualTo(new Drift(null, null, null));
    assertThat(field(9, 3, 2).since(field(9, 3, 2)).drift()).isEqualTo(new Drift(0.0, 0.0, null));
  }

  @Test
  void theWorstFailedCheckGivesTheVerdict() {
    assertThat(Verdict.of(List.of())).isEqualTo(Verdict.PASSED);
    assertThat(Verdict.of(List.of(check(Level.FAIL, true)))).isEqualTo(Verdict.PASSED);
    assertThat(Verdict.of(List.of(check(Level.WARN, false)))).isEqualTo(Verdict.WARNED);
    assertThat(Verdict.of(List.of(check(Level.WARN, false), check(Level.FAIL, false))))
        .isEqualTo(Verdict.REFUSED);
    assertThat(Verdict.OVERRULED).hasToString("overruled");
  }

  @Test
  void aCheckNamesTheFiguresThatItRead() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("age.missing", "3");
    values.put("age.median", null);
    assertThat(new CheckReport("age.missing < age.median", Level.WARN, false, values).words())
        .isEqualTo("'age.missing < age.median' (age.missing is 3, age.median is absent)");
  }
}
