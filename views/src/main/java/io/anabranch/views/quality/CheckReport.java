package io.anabranch.views.quality;

import io.anabranch.schemas.Dataset.QualityCheck.Level;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A check of the dataset file, held against a run's figures.
 *
 * @param check the condition as the file has it
 * @param passed false also where the condition is neither true nor false
 * @param values the figures that the condition reads, as text; null for a figure that is absent
 */
public record CheckReport(String check, Level level, boolean passed, Map<String, String> values) {
  /** The condition and the figures that it read, for people. */
  public String words() {
    return values.entrySet().stream()
        .map(
            value ->
                value.getKey() + " is " + (value.getValue() == null ? "absent" : value.getValue()))
        .collect(Collectors.joining(", ", "'" + check + "' (", ")"));
  }
}
