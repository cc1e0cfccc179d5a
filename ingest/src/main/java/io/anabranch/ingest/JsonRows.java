package io.anabranch.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import io.anabranch.schemas.Dataset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/**
 * The rows of a file with one JSON object a line, whose keys are the dataset's fields: numbers and
 * texts as the field's type says, times as ISO 8601 UTC, dates as ISO 8601. Blank lines are no
 * rows.
 */
final class JsonRows implements Rows {
  private final SourceFile file;
  private final Schema schema;
  private final List<FieldValue> fields = new ArrayList<>();
  private final ByteLines lines;
  private byte[] current;
  private long line;

  JsonRows(SourceFile file, Dataset dataset) {
    this.file = file;
    this.schema = dataset.schema();
    schema.getFields().forEach(field -> fields.add(FieldValue.of(dataset, field.name())));
    this.lines = new ByteLines(file.content(), RecordEncoder.MOST_BYTES);
  }

  @Override
  public boolean next() {
    try {
      while (lines.next()) {
        line++;
        current = lines.bytes();
        if (!isBlank(current)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw file.damaged(e);
    }
  }

  private static boolean isBlank(byte[] bytes) {
    for (byte b : bytes) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }

  @Override
  public GenericRecord record() throws Refusal {
    if (lines.length() > RecordEncoder.MOST_BYTES) {
      throw new Refusal(
          "row: expected at most " + RecordEncoder.MOST_BYTES + " bytes",
          " but found " + lines.length());
    }
    JsonNode object = JsonText.object(current);
    for (Iterator<String> keys = object.fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      if (schema.getField(key) == null) {
        throw new Refusal(
            "row: expected fields of " + schema.getFullName(),
            " but found '" + FieldValue.shown(key) + "'");
      }
    }
    GenericData.Record datum = new GenericData.Record(schema);
    for (int i = 0; i < fields.size(); i++) {
      FieldValue field = fields.get(i);
      datum.put(i, field.parse(JsonText.of(field.name(), object.get(field.name())), '.'));
    }
    return datum;
  }

  @Override
  public long line() {
    return line;
  }

  @Override
  public byte[] raw() {
    return current;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
