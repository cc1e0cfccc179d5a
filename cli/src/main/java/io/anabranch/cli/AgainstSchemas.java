package io.anabranch.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import io.anabranch.schemas.SchemaHistory;
import io.anabranch.schemas.SchemaRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** Holds a dataset's schema against former ones, by the rules that producers are held to. */
final class AgainstSchemas {
  private final Dataset dataset;

  AgainstSchemas(Dataset dataset) {
    this.dataset = dataset;
  }

  /**
   * Checks one after the other.
   *
   * @param files former schemas, {@code .avsc}, or dataset files in a schemas folder of their own
   * @return one object each: {@code schema}, and {@code forward}, what consumers that still have
   *     that schema see of new records
   * @throws Problem status 2 for the first that the dataset's schema may not follow
   */
  ArrayNode check(List<Path> files) {
    ArrayNode checked = Json.object().putArray("against");
    for (Path file : files) {
      Schema former = schema(file);
      try {
        new SchemaHistory(List.of(former)).readBy(dataset);
      } catch (Problem e) {
        throw Problem.badInput("against " + file + ": " + e.getMessage(), e);
      }
      ObjectNode one = checked.addObject().put("schema", file.toString());
      ArrayNode forward = one.putArray("forward");
      for (String note : SchemaRules.forward(former, dataset.schema())) {
        forward.add(note);
        Words.say("to who still has " + file.getFileName() + ": " + note);
      }
    }
    return checked;
  }

  private static Schema schema(Path file) {
    if (!Files.isRegularFile(file)) {
      throw Problem.badInput(file + " is no file: name a schema (.avsc) or a dataset file (.yaml)");
    } else if (file.toString().endsWith(".yaml")) {
      return Datasets.read(file, DatasetCommand.schemasOf(file)).schema();
    }
    try {
      return new Schema.Parser().parse(file.toFile());
    } catch (IOException | AvroRuntimeException e) {
      throw Problem.badInput(file + ": no valid Avro schema: " + e.getMessage(), e);
    }
  }
}
