package io.anabranch.engine;

import io.anabranch.runtime.Problem;
import java.io.Serializable;
import java.io.StringReader;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Names and their known spellings, from {@code lists/<list>.yaml}. Case, accents, blanks and
 * punctuation do not matter. A text that is no known spelling becomes the one name that is closest
 * by Damerau-Levenshtein distance (optimal string alignment), at most 2, or 1 for texts of up to 5
 * letters and 0 for texts of up to 3; if two names are equally close, or none is, it stays as it
 * is, trimmed.
 */
final class CanonicalList implements Serializable {
  private static final Pattern IGNORED = Pattern.compile("[^\\p{L}\\p{N}]+");
  private static final Pattern ACCENTS = Pattern.compile("\\p{M}+");
  private static final int MEMORY = 50_000;

  /** Folded spelling to canonical name. */
  private final HashMap<String, String> spellings;

  private transient volatile Map<String, String> memo;

  private CanonicalList(Map<String, String> spellings) {
    this.spellings = new HashMap<>(spellings);
  }

  static CanonicalList of(Map<String, List<String>> names) {
    Map<String, String> spellings = new LinkedHashMap<>();
    names.forEach(
        (name, known) -> {
          spellings.put(fold(name), name);
          known.forEach(spelling -> spellings.put(fold(spelling), name));
        });
    return new CanonicalList(spellings);
  }

  /**
   * Reads a list's text; anything but names with lists of spellings is a {@link Problem}.
   *
   * @param file where the text comes from
   */
  static CanonicalList read(Path file, String text) {
    try {
      Node root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
      if (!(root instanceof MappingNode mapping)) {
        throw Problem.badInput(file + ": expected lines 'Name: [spelling, ...]'");
      }
      Map<String, List<String>> names = new LinkedHashMap<>();
      for (NodeTuple entry : mapping.getValue()) {
        names.put(text(file, entry.getKeyNode()), spellings(file, entry.getValueNode()));
      }
      return of(names);
    } catch (YAMLException e) {
      throw Problem.badInput(file + ": no valid YAML: " + e.getMessage().replace('\n', ' '), e);
    }
  }

  private static List<String> spellings(Path file, Node node) {
    if (!(node instanceof SequenceNode sequence)) {
      throw expected(file, node, "a list of spellings, [] for none");
    }
    return sequence.getValue().stream().map(item -> text(file, item)).toList();
  }

  private static String text(Path file, Node node) {
    if (!(node instanceof ScalarNode scalar)) {
      throw expected(file, node, "a text");
    }
    return scalar.getValue();
  }

  private static Problem expected(Path file, Node node, String what) {
    return Problem.badInput(
        "%s:%s:%s: expected %s"
            .formatted(
                file,
                node.getStartMark().getLine() + 1,
                node.getStartMark().getColumn() + 1,
                what));
  }

  /** The canonical name; null for null, the empty text for blanks. */
  String canonical(String text) {
    if (text == null) {
      return null;
    }
    Map<String, String> known = memo;
    if (known == null) {
      known = new ConcurrentHashMap<>();
      memo = known;
    }
    String name = known.get(text);
    if (name == null) {
      name = search(text);
      if (known.size() < MEMORY) {
        known.put(text, name);
      }
    }
    return name;
  }

  private String search(String text) {
    String folded = fold(text);
    String exact = spellings.get(folded);
    if (exact != null) {
      return exact;
    }
    int best = folded.length() <= 3 ? 0 : folded.length() <= 5 ? 1 : 2;
    TreeSet<String> closest = new TreeSet<>();
    for (Map.Entry<String, String> entry : spellings.entrySet()) {
      if (entry.getKey().length() <= 3
          || Math.abs(entry.getKey().length() - folded.length()) > best) {
        continue;
      }
      int distance = distance(folded, entry.getKey());
      if (distance < best) {
        closest.clear();
        best = distance;
      }
      if (distance == best) {
        closest.add(entry.getValue());
      }
    }
    return best > 0 && closest.size() == 1 ? closest.first() : text.strip();
  }

  /** Lower case without accents, blanks and punctuation. */
  private static String fold(String text) {
    String plain = ACCENTS.matcher(Normalizer.normalize(text, Normalizer.Form.NFD)).replaceAll("");
    return IGNORED.matcher(plain).replaceAll("").toLowerCase(Locale.ROOT);
  }

  /** Insertions, deletions, replacements and swaps of neighbours that lead from a to b. */
  private static int distance(String a, String b) {
    int[][] steps = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        steps[i][j] = i == 0 || j == 0 ? i + j : cheapest(steps, a, b, i, j);
      }
    }
    return steps[a.length()][b.length()];
  }

  private static int cheapest(int[][] steps, String a, String b, int i, int j) {
    int replaced = steps[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int least = Math.min(replaced, Math.min(steps[i - 1][j], steps[i][j - 1]) + 1);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(least, steps[i - 2][j - 2] + 1) : least;
  }
}
