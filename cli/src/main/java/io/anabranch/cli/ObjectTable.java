package io.anabranch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** JSON objects as a table: one row each, one column for each key that any of them has. */
final class ObjectTable {
  private ObjectTable() {}

  static TextTable of(Iterable<JsonNode> objects) {
    List<String> columns = columns(objects);
    TextTable table = new TextTable(columns);
    for (JsonNode object : objects) {
      List<String> row = new ArrayList<>();
      columns.forEach(column -> row.add(text(object.path(column))));
      table.add(row);
    }
    return table;
  }

  /** The keys of all objects, in the order in which they are met. */
  static List<String> columns(Iterable<JsonNode> objects) {
    Set<String> columns = new LinkedHashSet<>();
    objects.forEach(object -> object.fieldNames().forEachRemaining(columns::add));
    return List.copyOf(columns);
  }

  /** A value for people: texts bare, nothing for null. */
  static String text(JsonNode value) {
    return value.isNull() || value.isMissingNode()
        ? ""
        : value.isValueNode() ? value.asText() : value.toString();
  }
}
