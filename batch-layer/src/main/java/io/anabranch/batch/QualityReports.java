package io.anabranch.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.anabranch.views.quality.QualityReport;
import io.anabranch.views.quality.Verdict;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The quality reports of a dataset's runs: one file of JSON each, named by the run's number. */
final class QualityReports implements AutoCloseable {
  private static final Pattern NAME = Pattern.compile("(\\d+)\\.json");
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private final FileSystem files;
  private final Path folder;

  private QualityReports(FileSystem files, Path folder) {
    this.files = files;
    this.folder = folder;
  }

  /**
   * The reports in a folder, which need not exist.
   *
   * @param folder with its file system, {@code hdfs://...}
   */
  static QualityReports in(URI folder) throws IOException {
    return new QualityReports(
        FileSystem.newInstance(folder, new Configuration()), new Path(folder));
  }

  /** Where a run's report is or would be. */
  Path file(long run) {
    return new Path(folder, run + ".json");
  }

  /** Keeps a report; a reader finds all of it or nothing. */
  void write(QualityReport report) throws IOException {
    Path half = new Path(folder, report.version() + ".half");
    short copies = files.getServerDefaults(folder).getReplication();
    try (OutputStream out = files.create(half, copies)) {
      MAPPER.writeValue(out, report);
    }
    files.delete(file(report.version()), false);
    if (!files.rename(half, file(report.version()))) {
      throw new IOException("cannot rename %s to %s".formatted(half, file(report.version())));
    }
  }

  /** A run's report, if there is one that can be read; one that cannot is told. */
  Optional<QualityReport> read(long run) throws IOException {
    try (InputStream in = files.open(file(run))) {
      return Optional.of(MAPPER.readValue(in, QualityReport.class));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      Progress.say(
          "the quality report %s cannot be read (%s): nothing is compared with it"
              .formatted(file(run), e.getOriginalMessage()));
      return Optional.empty();
    }
  }

  /**
   * Removes the reports of versions that are gone and of runs that died, and all but the newest of
   * runs that were refused.
   *
   * @param kept the versions that stay
   * @param own the run that asks: nothing of a later one is touched
   * @param refused how many of the refused runs' reports stay
   */
  void sweep(Set<Long> kept, long own, int refused) throws IOException {
    int seen = 0;
    for (long run : runs()) {
      if (run >= own || kept.contains(run)) {
        continue;
      }
      boolean stays = isRefused(run) && seen++ < refused;
      if (!stays) {
        files.delete(file(run), false);
      }
    }
  }

  private boolean isRefused(long run) throws IOException {
    return read(run).filter(report -> report.verdict() == Verdict.REFUSED).isPresent();
  }

  /** The runs that have a report, the newest first. */
  private List<Long> runs() throws IOException {
    List<Long> runs = new ArrayList<>();
    if (files.exists(folder)) {
      for (FileStatus file : files.listStatus(folder)) {
        Matcher name = NAME.matcher(file.getPath().getName());
        if (name.matches()) {
          runs.add(Long.valueOf(name.group(1)));
        }
      }
    }
    runs.sort(Comparator.reverseOrder());
    return runs;
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
