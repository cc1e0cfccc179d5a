package io.anabranch.jobs.metrics;

import com.github.luben.zstd.ZstdInputStream;
import io.anabranch.jobs.files.JobFiles;
import io.anabranch.runtime.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A folder of event logs, as Spark lays them out: a file {@code <application>[_<attempt>]} each, or
 * a folder {@code eventlog_v2_<application>[_<attempt>]} with files {@code events_<n>_...} where
 * logs are rolled over. The codec is the file's suffix, and {@code .inprogress} that of a log whose
 * application has not ended in order.
 */
public final class EventLogs {
  private static final String ROLLED = "eventlog_v2_";
  private static final String OPEN = ".inprogress";
  private static final Pattern PART = Pattern.compile("events_(\\d+)_.*");

  /** Only such are asked for: a name is no path. */
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]+");

  private final JobFiles files;
  private final String folder;

  /**
   * @param folder need not be there
   */
  public EventLogs(JobFiles files, String folder) {
    this.files = files;
    this.folder = folder;
  }

  /**
   * What an application did until now, by its last attempt; empty if it wrote no log, or if that
   * was removed.
   *
   * @throws Problem status 1 if the log cannot be read, 2 if it is compressed by another codec than
   *     Zstandard
   * @throws UncheckedIOException if the file system does not answer
   */
  public Optional<ApplicationMetrics> of(String application) {
    Optional<String> log = find(application);
    try {
      return log.map(this::read);
    } catch (Problem unread) {
      Optional<String> now = find(application);
      if (now.equals(log)) {
        throw unread;
      }
      // it was renamed, since its application has ended
      return now.map(this::read);
    }
  }

  private Optional<String> find(String application) {
    if (!ID.matcher(application).matches() || !files.isFolder(folder)) {
      return Optional.empty();
    }
    Pattern named =
        Pattern.compile(
            "(%s)?%s(_\\d+)?(\\.[a-z0-9]+)*".formatted(ROLLED, Pattern.quote(application)));
    return files.list(folder).stream()
        .filter(address -> named.matcher(name(address)).matches())
        .max(Comparator.comparing(EventLogs::attempt));
  }

  private static String name(String address) {
    return address.substring(address.lastIndexOf('/') + 1);
  }

  /** Later attempts have greater numbers; a log that ended is as good as one that did not. */
  private static int attempt(String address) {
    Matcher number = Pattern.compile("_(\\d{1,9})(\\.[a-z0-9]+)*$").matcher(name(address));
    return number.find() ? Integer.parseInt(number.group(1)) : 0;
  }

  private ApplicationMetrics read(String log) {
    EventLog events = new EventLog(log);
    for (String part : files.isFolder(log) ? parts(log) : List.of(log)) {
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(decoded(part, files.open(part)), StandardCharsets.UTF_8))) {
        events.read(lines);
      } catch (IOException e) {
        throw new UncheckedIOException("the event log " + part + ": " + e.getMessage(), e);
      }
    }
    return events.metrics();
  }

  private List<String> parts(String log) {
    return files.list(log).stream()
        .filter(address -> PART.matcher(name(address)).matches())
        .sorted(Comparator.comparingInt(EventLogs::number))
        .toList();
  }

  private static int number(String part) {
    Matcher name = PART.matcher(name(part));
    return name.matches() ? Integer.parseInt(name.group(1)) : 0;
  }

  private static InputStream decoded(String log, InputStream in) throws IOException {
    String name = name(log).replace(OPEN, "");
    int dot = name.lastIndexOf('.');
    return switch (dot < 0 ? "" : name.substring(dot)) {
      case "" -> in;
      // what has been written of a log that is not closed
      case ".zstd" -> new ZstdInputStream(in).setContinuous(true);
      default -> {
        in.close();
        throw Problem.badInput(
            "the event log %s is compressed by another codec than zstd: ask the History Server, or set spark.eventLog.compression.codec to zstd for the next run"
                .formatted(log));
      }
    };
  }
}
