package io.anabranch.schemas;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.avro.Schema;

/** Small datasets from files of their own. */
public final class TestDatasets {
  private TestDatasets() {}

  /** A dataset of a schema with the field {@code id}, which is its identity. */
  public static Dataset of(String name, Schema schema) {
    try {
      Path folder = Files.createTempDirectory("datasets");
      return write(folder, name, schema, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes schema and dataset file, and reads them.
   *
   * @param more further sections, such as {@code clean}
   */
  public static Dataset write(Path folder, String name, Schema schema, String more)
      throws IOException {
    Files.createDirectories(folder.resolve("avro"));
    Files.createDirectories(folder.resolve("datasets"));
    Files.writeString(folder.resolve("avro/" + schema.getName() + ".avsc"), schema.toString());
    Path file = folder.resolve("datasets/" + name + ".yaml");
    boolean timed = schema.getField("sold_at") != null;
    Files.writeString(
        file,
        """
        dataset: %s
        schema: %s
        topic: {name: %s, partitions: 1, key: id}
        identity: {fields: id, horizon: PT24H}
        event-time: %s
        hive: {table: %s, partition-by: month(%s)}
        hbase: {table: %s, row-key: id, families: {f: [id]}}
        """
                .formatted(
                    name,
                    schema.getName(),
                    name,
                    timed ? "sold_at" : "day",
                    name,
                    timed ? "sold_at" : "day",
                    name)
            + (more.contains("views:") ? more : more + "views: {}\n"));
    return Datasets.read(file, folder);
  }
}
