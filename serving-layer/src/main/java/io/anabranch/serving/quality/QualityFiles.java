package io.anabranch.serving.quality;

import io.anabranch.runtime.PlatformSettings;
import io.anabranch.schemas.Dataset;
import io.anabranch.serving.HdfsFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;

/** Reports in HDFS: {@code quality/<dataset>/<run>.json} below the platform's root. */
public final class QualityFiles implements QualityReports {
  private static final Pattern NAME = Pattern.compile("(\\d+)\\.json");

  private final HdfsFiles hdfs;
  private final String root;

  private QualityFiles(HdfsFiles hdfs, String root) {
    this.hdfs = hdfs;
    this.root = root;
  }

  /** HDFS need not be there yet. */
  public static QualityFiles connect(PlatformSettings platform) {
    return new QualityFiles(new HdfsFiles(platform.hdfs()), platform.root());
  }

  @Override
  public Optional<String> of(Dataset dataset, long run) {
    try (InputStream in = hdfs.get().open(new Path(folder(dataset), run + ".json"))) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<Long> runs(Dataset dataset) {
    try {
      return Arrays.stream(hdfs.get().listStatus(folder(dataset)))
          .flatMap(file -> number(file.getPath().getName()))
          .sorted()
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Long> number(String file) {
    Matcher name = NAME.matcher(file);
    return name.matches() ? Stream.of(Long.valueOf(name.group(1))) : Stream.empty();
  }

  private Path folder(Dataset dataset) {
    return new Path(root + "/quality/" + dataset.name());
  }

  @Override
  public void close() {
    hdfs.close();
  }
}
