package io.anabranch.schemas;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lists of names and their spellings, which expressions ask for by {@code canonical}. */
public final class NameLists {
  private static final Pattern CANONICAL =
      Pattern.compile("\\bcanonical\\b", Pattern.CASE_INSENSITIVE);
  private static final Pattern QUOTED = Pattern.compile("(['\"])(\\w+)\\1");

  private NameLists() {}

  /**
   * The texts of the lists that expressions name, by name. Any word in quotes beside a call of
   * {@code canonical} may be a list's name, where there is such a list.
   *
   * @param folder in which {@code lists/} stands
   * @throws Problem if a list cannot be read as text in UTF-8
   */
  public static Map<String, String> named(Path folder, Collection<String> expressions) {
    Map<String, String> texts = new TreeMap<>();
    for (String expression : expressions) {
      if (CANONICAL.matcher(expression).find()) {
        Matcher words = QUOTED.matcher(expression);
        while (words.find()) {
          Path file = file(folder, words.group(2));
          if (Files.isRegularFile(file)) {
            texts.computeIfAbsent(words.group(2), name -> text(file));
          }
        }
      }
    }
    return texts;
  }

  /** Where a list stands. */
  public static Path file(Path folder, String name) {
    return folder.resolve("lists").resolve(name + ".yaml");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw Problem.badInput(file + ": cannot be read as a list in UTF-8: " + e.getMessage(), e);
    }
  }
}
