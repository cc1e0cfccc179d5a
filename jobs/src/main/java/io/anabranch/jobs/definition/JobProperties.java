package io.anabranch.jobs.definition;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code job.properties}: Java properties whose values may name one another as <code>${name}</code>
 * .
 */
public final class JobProperties {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_.-]*)}");
  private static final int DEPTH = 20;

  private JobProperties() {}

  /**
   * The properties of the text over the given defaults, references replaced.
   *
   * @param file what to call it in messages
   * @param overrides what wins over the text
   * @throws Problem if the text is no properties file, a reference is unknown or goes round
   */
  public static Map<String, String> read(
      String file, String text, Map<String, String> defaults, Map<String, String> overrides) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException | IllegalArgumentException e) {
      throw Problem.badInput(file + ": " + e.getMessage(), e);
    }
    Map<String, String> raw = new TreeMap<>(defaults);
    properties.stringPropertyNames().forEach(name -> raw.put(name, properties.getProperty(name)));
    raw.putAll(overrides);
    Map<String, String> resolved = new LinkedHashMap<>();
    raw.forEach((name, value) -> resolved.put(name, resolve(file, name, value, raw, DEPTH)));
    return resolved;
  }

  private static String resolve(
      String file, String name, String value, Map<String, String> raw, int depth) {
    if (depth == 0) {
      throw Problem.badInput("%s: the value of '%s' refers to itself".formatted(file, name));
    }
    Matcher matcher = REFERENCE.matcher(value);
    return matcher.replaceAll(
        match -> {
          String found = raw.get(match.group(1));
          if (found == null) {
            throw Problem.badInput(
                "%s: '%s' refers to '%s', which is not set".formatted(file, name, match.group(1)));
          }
          return Matcher.quoteReplacement(resolve(file, name, found, raw, depth - 1));
        });
  }
}
