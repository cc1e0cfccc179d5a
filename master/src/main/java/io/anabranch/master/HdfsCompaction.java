package io.anabranch.master;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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

/** Makes one Parquet file of several, row by row, and proves that nothing was changed. */
final class HdfsCompaction {
  private final HdfsFolder folder;
  private final Configuration conf;

  HdfsCompaction(HdfsFolder folder, Configuration conf) {
    this.folder = folder;
    this.conf = conf;
  }

  /** Rows, and the sum of their hashes. */
  private record Content(long rows, long hash) {
    Content with(Group row) {
      return new Content(rows + 1, hash + RowHash.of(row));
    }
  }

  List<MasterStore.Compacted> run(List<MasterFile> files) throws IOException {
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
    // Ingest removes what writers of its own left, whose names begin with the partition.
    Path unfinished =
        new Path(
            folder.path(),
            "day=%s/_compacted-%s.parquet".formatted(joined.day(), UUID.randomUUID()));
    try {
      Content before = write(files, unfinished, columns);
      Content after = read(unfinished);
      if (!after.equals(before)) {
        throw new IOException(
            "%s: %s rows with hash %x became %s with hash %x"
                .formatted(
                    joined.name(), before.rows(), before.hash(), after.rows(), after.hash()));
      }
      folder.publish(unfinished, joined);
      return new MasterStore.Compacted(joined, before.rows(), before.hash());
    } catch (IOException | RuntimeException e) {
      folder.files().delete(unfinished, false);
      throw e;
    }
  }

  private MessageType schema(MasterFile file) throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(folder.of(file), conf))) {
      return reader.getFileMetaData().getSchema();
    }
  }

  private Content write(List<MasterFile> files, Path to, MessageType schema) throws IOException {
    Content content = new Content(0, 0);
    try (ParquetWriter<Group> writer =
        ParquetFile.create(to, conf, schema, HdfsCompaction::writeFields)) {
      for (MasterFile file : files) {
        try (ParquetReader<Group> reader = reader(folder.of(file))) {
          for (Group row = reader.read(); row != null; row = reader.read()) {
            content = content.with(row);
            writer.write(row);
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
