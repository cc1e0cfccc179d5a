package io.anabranch.ingest;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** The schemas that a dataset's records may have been written with. */
final class SchemaVersions {
  private SchemaVersions() {}

  /** All schemas anywhere in the folder {@code avro/} that have the full name of the dataset's. */
  static List<Schema> of(Dataset dataset, Path schemas) {
    try (Stream<Path> files = Files.walk(schemas.resolve("avro"))) {
      List<Schema> versions = new ArrayList<>();
      for (Path file : files.filter(f -> f.toString().endsWith(".avsc")).sorted().toList()) {
        Schema schema = parse(file);
        if (schema.getType() == Schema.Type.RECORD
            && schema.getFullName().equals(dataset.schema().getFullName())) {
          versions.add(schema);
        }
      }
      return versions;
    } catch (IOException e) {
      throw Problem.badInput("Cannot read " + schemas.resolve("avro") + ": " + e.getMessage(), e);
    }
  }

  private static Schema parse(Path file) throws IOException {
    try {
      return new Schema.Parser().parse(file.toFile());
    } catch (AvroRuntimeException e) {
      throw Problem.badInput(file + ": no valid Avro schema: " + e.getMessage(), e);
    }
  }
}
