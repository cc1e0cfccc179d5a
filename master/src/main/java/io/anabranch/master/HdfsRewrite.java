package io.anabranch.master;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;

/**
 * Writes rows of Parquet files to a new one, row by row, and proves that it changed none of them.
 */
final class HdfsRewrite {
  private final HdfsFolder folder;
  private final Configuration conf;

  HdfsRewrite(HdfsFolder folder, Configuration conf) {
    this.folder = folder;
    this.conf = conf;
  }

  /** Rows, and the sum of their hashes. */
  private record Content(long rows, long hash) {
    Content with(Group row) {
      return new Content(rows + 1, hash + RowHash.of(row));
    }
  }

  /** One file of each stretch of files with equal columns, beside them. */
  List<MasterStore.Compacted> join(List<MasterFile> files) throws IOException {
    Compaction.requireJoined(files);
    Map<MasterFile, MessageType> columns = new HashMap<>();
    for (MasterFile file : files) {
      columns.put(file, schema(file));
    }
    List<MasterStore.Compacted> made = new ArrayList<>();
    for (List<MasterFile> alike : Compaction.alike(files, columns::get)) {
      made.add(join(alike, columns.get(alike.get(0))));
    }
    return made;
  }

  private MasterStore.Compacted join(List<MasterFile> files, MessageType columns)
      throws IOException {
    MasterFile joined = Compaction.joined(files);
    Path unfinished = folder.rewritten(joined.day());
    try {
      Content content = write(files, unfinished, columns, row -> true);
      requireSame(joined, content, read(unfinished));
      folder.publish(unfinished, joined);
      return new MasterStore.Compacted(joined, content.rows(), content.hash());
    } catch (IOException | RuntimeException e) {
      folder.files().delete(unfinished, false);
      throw e;
    }
  }

  /** A file without some rows, in its place; empty if it holds none of them. */
  Optional<MasterStore.Erased> without(MasterFile file, long[] offsets) throws IOException {
    Predicate<Group> isErased =
        row -> Arrays.binarySearch(offsets, row.getLong(MasterSchema.OFFSET, 0)) >= 0;
    long removed = count(folder.of(file), isErased);
    if (removed == 0) {
      return Optional.empty();
    }
    Path unfinished = folder.rewritten(file.day());
    try {
      Content kept = write(List.of(file), unfinished, schema(file), isErased.negate());
      requireSame(file, kept, read(unfinished));
      folder.replace(unfinished, file, conf);
      return Optional.of(new MasterStore.Erased(file, removed, kept.rows(), kept.hash()));
    } catch (IOException | RuntimeException e) {
      folder.files().delete(unfinished, false);
      throw e;
    }
  }

  private static void requireSame(MasterFile file, Content written, Content found)
      throws IOException {
    if (!found.equals(written)) {
      throw new IOException(
          "%s: %s rows with hash %x became %s with hash %x"
              .formatted(file.name(), written.rows(), written.hash(), found.rows(), found.hash()));
    }
  }

  private long count(Path file, Predicate<Group> of) throws IOException {
    long count = 0;
    try (ParquetReader<Group> reader = reader(file)) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        count += of.test(row) ? 1 : 0;
      }
    }
    return count;
  }

  private MessageType schema(MasterFile file) throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(folder.of(file), conf))) {
      return reader.getFileMetaData().getSchema();
    }
  }

  private Content write(List<MasterFile> files, Path to, MessageType schema, Predicate<Group> stays)
      throws IOException {
    Content content = new Content(0, 0);
    try (ParquetWriter<Group> writer =
        ParquetFile.create(to, conf, schema, HdfsRewrite::writeFields)) {
      for (MasterFile file : files) {
        try (ParquetReader<Group> reader = reader(folder.of(file))) {
          for (Group row = reader.read(); row != null; row = reader.read()) {
            if (stays.test(row)) {
              content = content.with(row);
              writer.write(row);
            }
          }
        }
      }
    }
    return content;
  }

  private static void writeFields(Group row, RecordConsumer consumer) {
    for (int i = 0; i < row.getType().getFieldCount(); i++) {
      if (row.getFieldRepetitionCount(i) > 0) {
        String name = row.getType().getFieldName(i);
        consumer.startField(name, i);
        row.writeValue(i, 0, consumer);
        consumer.endField(name, i);
      }
    }
  }

  private Content read(Path file) throws IOException {
    Content content = new Content(0, 0);
    try (ParquetReader<Group> reader = reader(file)) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        content = content.with(row);
      }
    }
    return content;
  }

  private ParquetReader<Group> reader(Path path) throws IOException {
    return ParquetReader.builder(new GroupReadSupport(), path).withConf(conf).build();
  }
}
