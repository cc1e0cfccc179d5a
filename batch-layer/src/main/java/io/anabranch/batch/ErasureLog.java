package io.anabranch.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.anabranch.runtime.Problem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/**
 * The erasures of a dataset: {@code <number>.json} each, and beside it the folders {@code
 * rows-<number>}, which stays, and {@code keys-<number>}, which goes with the rows that it names.
 * The file is what records an erasure; folders without it are left of one that died before.
 */
final class ErasureLog implements AutoCloseable {
  private static final Pattern RECORD = Pattern.compile("(\\d+)\\.json");
  private static final Pattern FOLDER = Pattern.compile("(?:rows|keys)-(\\d+)");
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private final FileSystem files;
  private final Configuration conf;
  private final Path folder;

  private ErasureLog(FileSystem files, Configuration conf, Path folder) {
    this.files = files;
    this.conf = conf;
    this.folder = folder;
  }

  /**
   * The erasures in a folder, which need not exist.
   *
   * @param folder with its file system, {@code hdfs://...}
   */
  static ErasureLog in(URI folder) throws IOException {
    Configuration conf = new Configuration();
    Path path = new Path(folder);
    try (FileSystem asking = FileSystem.newInstance(folder, conf)) {
      conf.setInt("dfs.replication", asking.getServerDefaults(path).getReplication());
    }
    return new ErasureLog(FileSystem.newInstance(folder, conf), conf, path);
  }

  /** Where an erasure's records stood. */
  Path rows(long number) {
    return new Path(folder, "rows-" + number);
  }

  /** The row keys under which its clean rows stand, until they are deleted. */
  Path keys(long number) {
    return new Path(folder, "keys-" + number);
  }

  /** Whether an erasure's row keys are still there. */
  boolean hasKeys(long number) throws IOException {
    return files.exists(keys(number));
  }

  void removeKeys(long number) throws IOException {
    files.delete(keys(number), true);
  }

  /** Records an erasure, or what became of it, in one step. */
  void write(Erasure erasure) throws IOException {
    files.mkdirs(folder);
    Path half = new Path(folder, erasure.number() + ".half");
    try (OutputStream out = files.create(half, true)) {
      MAPPER.writeValue(out, erasure);
    }
    FileContext.getFileContext(files.getUri(), conf)
        .rename(half, new Path(folder, erasure.number() + ".json"), Options.Rename.OVERWRITE);
  }

  /**
   * All erasures, oldest first.
   *
   * @throws Problem if one cannot be read: what it leaves out would be counted again
   */
  List<Erasure> all() throws IOException {
    List<Erasure> all = new ArrayList<>();
    for (FileStatus file : children()) {
      if (RECORD.matcher(file.getPath().getName()).matches()) {
        all.add(read(file.getPath()));
      }
    }
    all.sort(Comparator.comparingLong(Erasure::number));
    return all;
  }

  private Erasure read(Path file) throws IOException {
    try (InputStream in = files.open(file)) {
      return MAPPER.readValue(in, Erasure.class);
    } catch (JsonProcessingException e) {
      throw Problem.failed(
          "cannot read the erasure %s (%s): restore it from a copy, or records would count again that were erased"
              .formatted(file, e.getOriginalMessage()));
    }
  }

  /** Removes what erasures that died left before they were recorded. */
  void removeUnrecorded() throws IOException {
    Set<Long> recorded = all().stream().map(Erasure::number).collect(Collectors.toSet());
    for (FileStatus child : children()) {
      Matcher name = FOLDER.matcher(child.getPath().getName());
      if (name.matches() && !recorded.contains(Long.valueOf(name.group(1)))) {
        files.delete(child.getPath(), true);
      }
    }
  }

  private FileStatus[] children() throws IOException {
    try {
      return files.listStatus(folder);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
