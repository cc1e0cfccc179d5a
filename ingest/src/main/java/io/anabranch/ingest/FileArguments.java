package io.anabranch.ingest;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * The files that a user names: a file by its name, a folder for the files in it and below it, a
 * pattern such as {@code 'in/**}{@code /*.csv.gz'} for those that it fits. Folders and patterns
 * give their files in the order of their names, without hidden and unfinished ones, and those in
 * hidden folders below.
 */
final class FileArguments {
  private static final Pattern GLOB = Pattern.compile("[*?\\[{]");

  /** Names that programs give to what they have not finished, and hidden files. */
  private static final Pattern UNFINISHED =
      Pattern.compile("[._~].*|.*(\\.(tmp|temp|part|partial|crdownload|filepart|unfinished)|~)");

  private FileArguments() {}

  /**
   * The files, each once, in the order of the arguments.
   *
   * @param tell is told which files of a folder are left out because of their names
   * @throws Problem status 2 for an argument that stands for no file
   */
  static List<Path> files(List<String> arguments, Consumer<String> tell) {
    Set<Path> files = new LinkedHashSet<>();
    for (String argument : arguments) {
      Path path = Path.of(argument);
      if (Files.isDirectory(path)) {
        files.addAll(require(argument, known(path, tell)));
      } else if (Files.exists(path) || !GLOB.matcher(argument).find()) {
        files.add(path);
      } else {
        files.addAll(require(argument, fitting(argument)));
      }
    }
    return List.copyOf(files);
  }

  /** Whether a file's name says that its writer has not finished it, or that it is hidden. */
  static boolean isUnfinished(Path file) {
    return UNFINISHED.matcher(file.getFileName().toString()).matches();
  }

  private static Collection<Path> require(String argument, List<Path> found) {
    if (found.isEmpty()) {
      throw Problem.badInput(
          "'%s' stands for no file: name a file, a folder with files, or a pattern that some fit"
              .formatted(argument));
    }
    return found;
  }

  private static List<Path> known(Path folder, Consumer<String> tell) {
    return below(folder).stream()
        .filter(
            file -> {
              if (!RowFormats.isKnown(file)) {
                tell.accept(file + " is left out: its name says no format");
              }
              return RowFormats.isKnown(file);
            })
        .toList();
  }

  private static List<Path> fitting(String glob) {
    PathMatcher matcher;
    try {
      matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    } catch (PatternSyntaxException e) {
      throw Problem.badInput("'" + glob + "' is no pattern: " + e.getDescription(), e);
    }
    // The last folder before the first special character; what fits lies below it.
    String plain = GLOB.splitAsStream(glob).findFirst().orElse("");
    String folder = plain.substring(0, plain.lastIndexOf('/') + 1);
    return below(Path.of(folder.isEmpty() ? "." : folder)).stream()
        .map(file -> folder.isEmpty() ? file.normalize() : file)
        .filter(matcher::matches)
        .toList();
  }

  /** Folders below are left out by the same names: some programs put there what is not finished. */
  private static boolean isBelowUnfinished(Path folder, Path file) {
    for (Path name : folder.relativize(file)) {
      if (isUnfinished(name)) {
        return true;
      }
    }
    return false;
  }

  private static List<Path> below(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !isBelowUnfinished(folder, file))
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw Problem.badInput("Cannot read the folder " + folder + ": " + e.getMessage(), e);
    }
  }
}
