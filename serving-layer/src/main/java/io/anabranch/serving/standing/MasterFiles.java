package io.anabranch.serving.standing;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.anabranch.runtime.PlatformSettings;
import io.anabranch.schemas.Dataset;
import io.anabranch.serving.HdfsFiles;
import io.anabranch.views.Offsets;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the master dataset reaches, read from the names of its files: {@code
 * <partition>-<first>-<end>.parquet}. An answer is up to two seconds old.
 */
public final class MasterFiles implements MasterEnds {
  private static final Logger LOG = LoggerFactory.getLogger(MasterFiles.class);
  private static final Pattern NAME = Pattern.compile("(\\d+)-(\\d+)-(\\d+)\\.parquet");

  private final HdfsFiles hdfs;
  private final String root;
  private final LoadingCache<String, Optional<Offsets>> ends =
      Caffeine.newBuilder().expireAfterWrite(Duration.ofSeconds(2)).build(this::list);

  private MasterFiles(HdfsFiles hdfs, String root) {
    this.hdfs = hdfs;
    this.root = root;
  }

  /** HDFS need not be there yet. */
  public static MasterFiles connect(PlatformSettings platform) {
    return new MasterFiles(new HdfsFiles(platform.hdfs()), platform.root());
  }

  @Override
  public Optional<Offsets> of(Dataset dataset) {
    return ends.get(dataset.name());
  }

  private Optional<Offsets> list(String dataset) {
    Map<Integer, Long> greatest = new TreeMap<>();
    try {
      var listed = hdfs.get().listFiles(new Path(root + "/master/" + dataset), true);
      while (listed.hasNext()) {
        Matcher name = NAME.matcher(listed.next().getPath().getName());
        if (name.matches()) {
          greatest.merge(Integer.valueOf(name.group(1)), Long.valueOf(name.group(3)), Math::max);
        }
      }
    } catch (FileNotFoundException nothingYet) {
      return Optional.of(Offsets.NONE);
    } catch (IOException e) {
      LOG.warn("cannot list the master files of {}: {}", dataset, e.toString());
      return Optional.empty();
    }
    return Optional.of(new Offsets(greatest));
  }

  @Override
  public void close() {
    hdfs.close();
  }
}
