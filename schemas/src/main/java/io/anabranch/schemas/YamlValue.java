package io.anabranch.schemas;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * A value of a YAML file that knows where it stands, so that every complaint can say
 * file:line:column.
 */
final class YamlValue {
  private final Path file;
  private final String path;
  private final Node node;

  private YamlValue(Path file, String path, Node node) {
    this.file = file;
    this.path = path;
    this.node = node;
  }

  /** Reads the root of a file. */
  static YamlValue read(Path file) {
    try (Reader reader = Files.newBufferedReader(file)) {
      Node root = new Yaml(new LoaderOptions()).compose(reader);
      if (root == null) {
        throw Problem.badInput(file + ": the file is empty, expected 'dataset: NAME' and more");
      }
      return new YamlValue(file, "", root);
    } catch (MarkedYAMLException e) {
      throw Problem.badInput(
          "%s: no valid YAML: %s".formatted(position(file, e.getProblemMark()), e.getProblem()), e);
    } catch (YAMLException e) {
      // Bytes of another encoding and control characters have no mark.
      throw Problem.badInput(
          file + ": no valid YAML in UTF-8: " + e.getMessage().replace('\n', ' '), e);
    } catch (IOException e) {
      throw Problem.badInput("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** {@code file:line:column}, both from 1. */
  String position() {
    return position(file, node.getStartMark());
  }

  Problem problem(String message) {
    return Problem.badInput(position() + ": " + (path.isEmpty() ? "" : path + ": ") + message);
  }

  /** The entries of a mapping in the file's order; every key must be one of the known. */
  Map<String, YamlValue> entries(Set<String> known) {
    Map<String, YamlValue> entries = entries();
    entries.forEach(
        (key, value) -> {
          if (!known.contains(key)) {
            throw value.problem(
                "unknown key '" + key + "', expected one of " + known.stream().sorted().toList());
          }
        });
    return entries;
  }

  /** The entries of a mapping in the file's order. */
  Map<String, YamlValue> entries() {
    if (!(node instanceof MappingNode mapping)) {
      throw problem("expected 'key: value' pairs");
    }
    Map<String, YamlValue> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      YamlValue key = new YamlValue(file, path, tuple.getKeyNode());
      String name = key.text();
      YamlValue value =
          new YamlValue(file, path.isEmpty() ? name : path + "." + name, tuple.getValueNode());
      if (entries.put(name, value) != null) {
        throw key.problem("the key '" + name + "' stands twice");
      }
    }
    return entries;
  }

  /** A required entry of a mapping that was read with {@link #entries}. */
  YamlValue required(Map<String, YamlValue> entries, String key) {
    YamlValue value = entries.get(key);
    if (value == null) {
      throw problem("the key '" + key + "' is missing");
    }
    return value;
  }

  boolean isScalar() {
    return node instanceof ScalarNode;
  }

  String text() {
    if (!(node instanceof ScalarNode scalar) || scalar.getValue().isBlank()) {
      throw problem("expected a text");
    }
    return scalar.getValue().strip();
  }

  /** The text as it stands, blanks included; it may be empty. */
  String rawText() {
    if (!(node instanceof ScalarNode scalar)) {
      throw problem("expected a text");
    }
    return scalar.getValue();
  }

  char character() {
    String text = rawText();
    if (text.length() != 1) {
      throw problem("expected one character but found '" + text + "'");
    }
    return text.charAt(0);
  }

  List<YamlValue> items() {
    if (!(node instanceof SequenceNode sequence)) {
      throw problem("expected a list [..., ...]");
    }
    List<YamlValue> items = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      items.add(new YamlValue(file, path + "[" + items.size() + "]", item));
    }
    return items;
  }

  /** The items of a list of so many. */
  List<YamlValue> items(int exactly) {
    List<YamlValue> items = items();
    if (items.size() != exactly) {
      throw problem("expected a list of %d but found one of %d".formatted(exactly, items.size()));
    }
    return items;
  }

  /** A list of texts; one text alone counts as a list of one. */
  List<String> texts() {
    return isScalar() ? List.of(text()) : items().stream().map(YamlValue::text).toList();
  }

  int integer(int min, int max) {
    try {
      int value = Integer.parseInt(text());
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw problem(
        "expected a whole number from %d to %d but found '%s'".formatted(min, max, text()));
  }

  double number(double min, double max) {
    try {
      double value = Double.parseDouble(text());
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw problem("expected a number from %s to %s but found '%s'".formatted(min, max, text()));
  }

  boolean bool() {
    return switch (text()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw problem("expected true or false but found '" + text() + "'");
    };
  }

  Duration duration() {
    try {
      Duration duration = Duration.parse(text());
      if (!duration.isNegative() && !duration.isZero()) {
        return duration;
      }
    } catch (DateTimeParseException e) {
      // told below
    }
    throw problem("expected a duration such as PT1H or P1D but found '" + text() + "'");
  }

  Instant instant() {
    try {
      return Instant.parse(text());
    } catch (DateTimeParseException e) {
      throw problem("expected a UTC time such as 2026-01-31T12:00:00Z but found '" + text() + "'");
    }
  }

  /** The text if it is one of the names, else a complaint that lists them. */
  String oneOf(Set<String> names, String what) {
    String text = text();
    if (!names.contains(text)) {
      throw problem(
          "unknown %s '%s'%s, expected one of %s"
              .formatted(
                  what,
                  text,
                  suggestion(text, names),
                  names.stream().sorted().collect(Collectors.joining(", "))));
    }
    return text;
  }

  private static String suggestion(String text, Set<String> names) {
    Optional<String> close =
        names.stream()
            .filter(
                n ->
                    n.equalsIgnoreCase(text)
                        || n.replaceAll("[_-]", "").equalsIgnoreCase(text.replaceAll("[_-]", "")))
            .findFirst();
    return close.map(n -> " (did you mean '" + n + "'?)").orElse("");
  }

  private static String position(Path file, Mark mark) {
    return mark == null
        ? file.toString()
        : file + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
  }
}
