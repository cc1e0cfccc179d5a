package io.anabranch.schemas;

import java.util.Map;
import java.util.Set;

/** One entry of the section {@code sources} of a dataset file. */
final class SourceSection {
  private SourceSection() {}

  /**
   * Reads a source.
   *
   * @param eventTime the field that a polled source must fill
   */
  static Source read(
      String name, YamlValue value, Map<String, FieldType> fields, String eventTime) {
    YamlValue format = value.required(value.entries(), "format");
    return switch (format.oneOf(Set.of("csv", "http"), "format")) {
      case "http" -> HttpSection.read(name, value, fields, eventTime);
      default -> CsvSection.read(name, value, fields);
    };
  }
}
