package io.anabranch.runtime;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The one settings file of the platform: lines {@code section.key = value}, comments after {@code
 * #}. A component binds its section to a record whose component names are the keys in camel case;
 * an unknown key, a missing key without {@link Default} and a value of the wrong type are {@link
 * Problem}s that name file and line. The environment variable {@code ANABRANCH_SECTION_KEY}
 * overrides {@code section.key}.
 */
public final class Settings {
  private record Entry(String value, String origin) {}

  private final Path file;
  private final Map<String, Entry> entries;

  private Settings(Path file, Map<String, Entry> entries) {
    this.file = file;
    this.entries = entries;
  }

  /** Reads the file and the process's environment. */
  public static Settings read(Path file) {
    return read(file, System.getenv());
  }

  /** Reads the file and the given environment. */
  public static Settings read(Path file, Map<String, String> environment) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw Problem.badInput(
          "Cannot read the settings file " + file + ": give an existing file with --config", e);
    }
    Map<String, Entry> entries = new TreeMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String origin = file + ":" + (i + 1);
      int equals = line.indexOf('=');
      if (equals <= 0 || line.substring(0, equals).indexOf('.') <= 0) {
        throw Problem.badInput(
            origin + ": expected 'section.key = value' but found '" + line + "'");
      }
      String key = line.substring(0, equals).strip();
      if (entries.put(key, new Entry(line.substring(equals + 1).strip(), origin)) != null) {
        throw Problem.badInput(origin + ": the key '" + key + "' stands twice");
      }
    }
    environment.forEach(
        (name, value) -> {
          if (name.startsWith("ANABRANCH_") && name.indexOf('_', "ANABRANCH_".length()) > 0) {
            String key = name.substring("ANABRANCH_".length()).toLowerCase(Locale.ROOT);
            int split = key.indexOf('_');
            entries.put(
                key.substring(0, split) + "." + key.substring(split + 1).replace('_', '-'),
                new Entry(value, "environment variable " + name));
          }
        });
    return new Settings(file, entries);
  }

  /** The file that these settings were read from. */
  public Path file() {
    return file;
  }

  /**
   * One value as it stands, for a reader that does not own the section; empty where neither the
   * file nor the environment has the key.
   */
  public Optional<String> text(String key) {
    return Optional.ofNullable(entries.get(key)).map(Entry::value);
  }

  /**
   * Binds one section. Component types: String, int, long, boolean, Duration (ISO 8601), Path, URI,
   * List of String (comma-separated) and enums (lower case, hyphens).
   */
  public <R extends Record> R section(String section, Class<R> type) {
    RecordComponent[] components = type.getRecordComponents();
    List<String> known =
        Arrays.stream(components).map(c -> section + "." + kebab(c.getName())).toList();
    entries.forEach(
        (key, entry) -> {
          if (key.startsWith(section + ".") && !known.contains(key)) {
            throw Problem.badInput(
                entry.origin() + ": unknown key '" + key + "', expected one of " + known);
          }
        });
    List<Object> values = new ArrayList<>();
    for (RecordComponent component : components) {
      values.add(value(section + "." + kebab(component.getName()), component));
    }
    try {
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException bad) {
        throw Problem.badInput(file + ", section '" + section + "': " + bad.getMessage(), bad);
      }
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot build " + type, e);
    }
  }

  private Object value(String key, RecordComponent component) {
    Entry entry = entries.get(key);
    if (entry == null) {
      Default fallback = component.getAnnotation(Default.class);
      if (fallback == null) {
        throw Problem.badInput(file + ": the key '" + key + "' is missing");
      }
      entry = new Entry(fallback.value(), "the default of " + key);
    }
    try {
      return convert(entry.value(), component.getType());
    } catch (IllegalArgumentException | DateTimeParseException e) {
      throw Problem.badInput(
          "%s: '%s' is no value for '%s' (expected %s)"
              .formatted(entry.origin(), entry.value(), key, expectation(component.getType())),
          e);
    }
  }

  private static Object convert(String text, Class<?> type) {
    if (type == String.class) {
      return text;
    } else if (type == int.class) {
      return Integer.parseInt(text);
    } else if (type == long.class) {
      return Long.parseLong(text);
    } else if (type == boolean.class) {
      if (!text.equals("true") && !text.equals("false")) {
        throw new IllegalArgumentException(text);
      }
      return text.equals("true");
    } else if (type == Duration.class) {
      return Duration.parse(text);
    } else if (type == Path.class) {
      return Path.of(text);
    } else if (type == URI.class) {
      return URI.create(text);
    } else if (type == List.class) {
      return text.isBlank() ? List.of() : List.of(text.strip().split("\\s*,\\s*"));
    } else if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .filter(c -> kebab(c).equals(text))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException(text));
    }
    throw new IllegalStateException("Settings cannot hold a " + type);
  }

  private static String expectation(Class<?> type) {
    if (type == Duration.class) {
      return "an ISO 8601 duration such as PT10S";
    } else if (type.isEnum()) {
      return "one of " + Arrays.stream(type.getEnumConstants()).map(Settings::kebab).toList();
    } else if (type == boolean.class) {
      return "true or false";
    }
    return type.getSimpleName();
  }

  private static String kebab(Object enumConstant) {
    return enumConstant.toString().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String kebab(String camelCase) {
    return camelCase.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }
}
