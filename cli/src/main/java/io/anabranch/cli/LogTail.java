package io.anabranch.cli;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Finds the line of a log that says why its process ended. */
final class LogTail {
  private static final int TAIL_BYTES = 256 << 10;
  private static final Pattern STACK_FRAME = Pattern.compile("\\s+at .*|\\s+\\.\\.\\. \\d+ more");
  private static final Pattern TROUBLE =
      Pattern.compile(".*(Exception|Error|ERROR|FATAL|SEVERE|Address already in use).*");

  private static final String START = "=====";

  private LogTail() {}

  /**
   * The last line of ours, else the last that names an error, else the last that is no stack frame;
   * only of what was written since the last {@link #markStart}.
   */
  static Optional<String> lastMeaningfulLine(Path log) {
    List<String> lines = tail(log);
    return last(lines, line -> line.startsWith("anabranch: "))
        .map(line -> line.substring("anabranch: ".length()))
        .or(() -> last(lines, line -> TROUBLE.matcher(line).matches()))
        .or(() -> last(lines, line -> true));
  }

  /** Notes in a log that is appended to that what follows comes from another process. */
  static void markStart(Path log) throws IOException {
    Files.writeString(
        log,
        START + " process started at " + Instant.now() + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private static Optional<String> last(List<String> lines, Predicate<String> wanted) {
    return lines.stream().filter(wanted).reduce((first, second) -> second).map(String::strip);
  }

  private static List<String> tail(Path log) {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long start = Math.max(0, file.length() - TAIL_BYTES);
      byte[] bytes = new byte[(int) (file.length() - start)];
      file.seek(start);
      file.readFully(bytes);
      String text = new String(bytes, StandardCharsets.UTF_8);
      return text.substring(Math.max(0, text.lastIndexOf(START)))
          .lines()
          .filter(line -> !line.startsWith(START))
          .filter(line -> !line.isBlank() && !STACK_FRAME.matcher(line).matches())
          .toList();
    } catch (IOException unreadable) {
      return List.of();
    }
  }
}
