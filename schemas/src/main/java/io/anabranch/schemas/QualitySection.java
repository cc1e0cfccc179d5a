package io.anabranch.schemas;

import io.anabranch.schemas.Dataset.QualityCheck;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The section {@code quality} of a dataset file. */
final class QualitySection {
  private QualitySection() {}

  static List<QualityCheck> checks(YamlValue value) {
    YamlValue checks = value.required(value.entries(Set.of("checks")), "checks");
    return checks.items().stream().map(QualitySection::check).toList();
  }

  private static QualityCheck check(YamlValue value) {
    Map<String, YamlValue> check = value.entries(Set.of("check", "level"));
    YamlValue condition = value.required(check, "check");
    String level = value.required(check, "level").oneOf(Set.of("warn", "fail"), "level");
    return new QualityCheck(
        condition.text(),
        QualityCheck.Level.valueOf(level.toUpperCase(Locale.ROOT)),
        condition.position());
  }
}
