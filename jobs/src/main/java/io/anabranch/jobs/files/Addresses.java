package io.anabranch.jobs.files;

import io.anabranch.runtime.Problem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/** Addresses that say where they are only together with another, or say several at once. */
public final class Addresses {
  private static final Pattern FILE_SYSTEM = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:(//[^/]*)?");
  private static final Pattern SIGN = Pattern.compile("[*?\\[{\\\\]");
  private static final Pattern SLASHES = Pattern.compile("/+");

  private Addresses() {}

  /**
   * A path in the file system of a name node; an address that has a scheme is left as it is.
   *
   * @throws Problem if the name node is no URI
   */
  public static String at(String nameNode, String path) {
    if (!path.startsWith("/")) {
      return path;
    }
    Matcher matcher = FILE_SYSTEM.matcher(nameNode);
    if (!matcher.lookingAt()) {
      throw Problem.badInput(
          "'%s' is no name node for %s: expected a URI such as hdfs://HOST:PORT"
              .formatted(nameNode, path));
    }
    return matcher.group() + path;
  }

  /** A path in the file system that another address is in. */
  public static String beside(String address, String path) {
    return address.startsWith("/") ? path : at(address, path);
  }

  /** Whether an address is a pattern of several. */
  public static boolean isPattern(String address) {
    return SIGN.matcher(address).find();
  }

  /**
   * What is there of a pattern, in order of name; an address that is none by itself, whether it is
   * there or not. Patterns are Hadoop's: {@code * ? [ab] [a-c] [^a] {a,b}} and a backslash before a
   * sign that stands for itself; none reaches over a slash.
   *
   * @throws Problem if the pattern is not valid
   */
  public static List<String> matching(String address, JobFiles files) {
    Matcher sign = SIGN.matcher(address);
    if (!sign.find()) {
      return List.of(address);
    }
    int names = address.lastIndexOf('/', sign.start()) + 1;
    List<String> found = List.of(address.substring(0, names));
    for (String name : SLASHES.splitAsStream(address.substring(names)).toList()) {
      PathMatcher matcher = matcher(address, name);
      found = found.stream().flatMap(folder -> inside(folder, matcher, files)).toList();
    }
    return found;
  }

  private static PathMatcher matcher(String address, String name) {
    try {
      return FileSystems.getDefault()
          .getPathMatcher("glob:" + name.replaceAll("(?<!\\\\)\\[\\^", "[!"));
    } catch (PatternSyntaxException e) {
      throw Problem.badInput(
          "'%s' is no pattern of paths: %s".formatted(address, e.getDescription()), e);
    }
  }

  private static Stream<String> inside(String folder, PathMatcher matcher, JobFiles files) {
    return files.isFolder(folder)
        ? files.list(folder).stream()
            .filter(child -> matcher.matches(Path.of(child.substring(child.lastIndexOf('/') + 1))))
        : Stream.empty();
  }
}
