package io.anabranch.master;

import io.anabranch.schemas.Dataset;
import io.anabranch.views.Offsets;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;

/**
 * The master dataset in HDFS: {@code <root>/master/<dataset>/} and {@code
 * <root>/undecodable/<dataset>/}. Safe for several threads; writers are not.
 */
public final class HdfsMasterStore implements MasterStore {
  private final FileSystem files;
  private final Configuration conf;
  private final Path root;

  private HdfsMasterStore(FileSystem files, Configuration conf, Path root) {
    this.files = files;
    this.conf = conf;
    this.root = root;
  }

  /**
   * Connects to HDFS.
   *
   * @param hdfs {@code hdfs://host:port}
   * @param root the absolute folder under which everything of ours lies
   */
  public static HdfsMasterStore connect(URI hdfs, String root) throws IOException {
    Configuration conf = new Configuration();
    // Retries are ours, with a backoff and a word in the log.
    conf.setInt("ipc.client.connect.max.retries", 1);
    conf.setInt("ipc.client.connect.timeout", 5_000);
    // Less work than the default level's for files that are hardly larger.
    conf.setInt("parquet.compression.codec.zstd.level", 1);
    conf.setBoolean("parquet.page.write-checksum.enabled", true);
    try (FileSystem asking = FileSystem.newInstance(hdfs, conf)) {
      // The client's own default is three copies, whatever the cluster was set to.
      conf.setInt("dfs.replication", asking.getServerDefaults(new Path(root)).getReplication());
    }
    return new HdfsMasterStore(FileSystem.newInstance(hdfs, conf), conf, new Path(root));
  }

  @Override
  public Listing list(String dataset) throws IOException {
    return rows(dataset).list();
  }

  @Override
  public MasterWriter open(Dataset dataset, int partition, long first, LocalDate day)
      throws IOException {
    return new HdfsMasterWriter(
        rows(dataset.name()),
        undecodableValues(dataset.name()),
        conf,
        dataset,
        partition,
        first,
        day);
  }

  @Override
  public int removeLeftovers(String dataset, int partition) throws IOException {
    return rows(dataset).removeLeftovers(partition)
        + undecodableValues(dataset).removeLeftovers(partition);
  }

  @Override
  public List<Compacted> compact(String dataset, List<MasterFile> of) throws IOException {
    return new HdfsRewrite(rows(dataset), conf).join(of);
  }

  @Override
  public Optional<Erased> erase(String dataset, MasterFile file, long[] offsets)
      throws IOException {
    return new HdfsRewrite(rows(dataset), conf).without(file, offsets);
  }

  @Override
  public int removeRewritten(String dataset) throws IOException {
    return rows(dataset).removeRewritten();
  }

  @Override
  public int removeCovered(String dataset, Instant before) throws IOException {
    HdfsFolder folder = rows(dataset);
    Listing listing = folder.list();
    int removed = 0;
    for (int partition : listing.partitions()) {
      List<MasterFile> cover = listing.cover(partition).files();
      for (MasterFile wide : cover) {
        List<MasterFile> covered =
            listing.files().stream().filter(file -> Compaction.isCovered(file, wide)).toList();
        if (!covered.isEmpty() && folder.finished(wide).isBefore(before)) {
          for (MasterFile file : covered) {
            removed += files.delete(folder.of(file), false) ? 1 : 0;
          }
        }
      }
    }
    return removed;
  }

  @Override
  public List<MasterRow> rows(String dataset, MasterFile file) throws IOException {
    List<MasterRow> rows = new ArrayList<>();
    try (ParquetReader<Group> reader = reader(rows(dataset).of(file))) {
      for (Group group = reader.read(); group != null; group = reader.read()) {
        rows.add(row(group));
      }
    }
    return rows;
  }

  private static MasterRow row(Group group) {
    Map<String, Object> values = new LinkedHashMap<>();
    int fields = group.getType().getFieldIndex(MasterSchema.PARTITION);
    for (int i = 0; i < fields; i++) {
      values.put(group.getType().getFieldName(i), value(group, i));
    }
    boolean hasSchema = group.getType().containsField(MasterSchema.SCHEMA);
    return new MasterRow(
        values,
        group.getInteger(MasterSchema.PARTITION, 0),
        group.getLong(MasterSchema.OFFSET, 0),
        group.getLong(MasterSchema.TIMESTAMP, 0),
        hasSchema ? group.getLong(MasterSchema.SCHEMA, 0) : 0);
  }

  private static Object value(Group group, int field) {
    if (group.getFieldRepetitionCount(field) == 0) {
      return null;
    }
    PrimitiveType type = group.getType().getType(field).asPrimitiveType();
    return switch (type.getPrimitiveTypeName()) {
      case BOOLEAN -> group.getBoolean(field, 0);
      case INT32 -> group.getInteger(field, 0);
      case INT64 ->
          type.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation decimal
              ? BigDecimal.valueOf(group.getLong(field, 0), decimal.getScale())
              : (Object) group.getLong(field, 0);
      case DOUBLE -> group.getDouble(field, 0);
      default -> group.getString(field, 0);
    };
  }

  @Override
  public List<Undecodable> undecodable(String dataset, Offsets from, Offsets to)
      throws IOException {
    HdfsFolder folder = undecodableValues(dataset);
    Stream.Builder<Undecodable> values = Stream.builder();
    for (MasterFile file : folder.list().files()) {
      if (file.meets(from, to)) {
        try (ParquetReader<Group> reader = reader(folder.of(file))) {
          for (Group group = reader.read(); group != null; group = reader.read()) {
            values.add(undecodable(group));
          }
        }
      }
    }
    return Undecodable.eachOnce(values.build().filter(value -> value.isBetween(from, to)));
  }

  private static Undecodable undecodable(Group group) {
    return new Undecodable(
        group.getInteger(MasterSchema.PARTITION, 0),
        group.getLong(MasterSchema.OFFSET, 0),
        group.getLong(MasterSchema.TIMESTAMP, 0),
        ByteBuffer.wrap(group.getBinary("value", 0).getBytes()),
        group.getString("reason", 0));
  }

  @Override
  public List<String> locations(String dataset, Collection<MasterFile> of) {
    HdfsFolder folder = rows(dataset);
    return of.stream().map(file -> files.makeQualified(folder.of(file)).toString()).toList();
  }

  @Override
  public void close() throws IOException {
    files.close();
  }

  private ParquetReader<Group> reader(Path path) throws IOException {
    return ParquetReader.builder(new GroupReadSupport(), files.makeQualified(path))
        .withConf(conf)
        .build();
  }

  private HdfsFolder rows(String dataset) {
    return new HdfsFolder(files, files.makeQualified(new Path(root, "master/" + dataset)));
  }

  private HdfsFolder undecodableValues(String dataset) {
    return new HdfsFolder(files, files.makeQualified(new Path(root, "undecodable/" + dataset)));
  }
}
