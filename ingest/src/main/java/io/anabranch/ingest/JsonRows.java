package io.anabranch.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.anabranch.schemas.Dataset;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/**
 * The rows of a file with one JSON object a line, whose keys are the dataset's fields: numbers and
 * texts as the field's type says, times as ISO 8601 UTC, dates as ISO 8601.
 */
final class JsonRows implements Rows {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final SourceFile file;
  private final Schema schema;
  private final List<FieldValue> fields = new ArrayList<>();
  private final BufferedReader lines;
  private String current;
  private long line;

  JsonRows(SourceFile file, Dataset dataset) {
    this.file = file;
    this.schema = dataset.schema();
    schema.getFields().forEach(field -> fields.add(FieldValue.of(dataset, field.name())));
    this.lines = new BufferedReader(new InputStreamReader(file.content(), StandardCharsets.UTF_8));
  }

  @Override
  public boolean next() {
    try {
      do {
        current = lines.readLine();
        line++;
      } while (current != null && current.isBlank());
      return current != null;
    } catch (IOException e) {
      throw file.damaged(e);
    }
  }

  @Override
  public GenericRecord record() throws Refusal {
    JsonNode object = object();
    for (Iterator<String> keys = object.fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      if (schema.getField(key) == null) {
        throw new Refusal(key + ": expected a field of " + schema.getFullName());
      }
    }
    GenericData.Record datum = new GenericData.Record(schema);
    for (int i = 0; i < fields.size(); i++) {
      FieldValue field = fields.get(i);
      JsonNode value = object.get(field.name());
      if (value != null && value.isContainerNode()) {
        throw field.refusal("one value", value.toString());
      }
      datum.put(
          i, value == null || value.isNull() ? field.absent() : field.parse(value.asText(), '.'));
    }
    return datum;
  }

  private JsonNode object() throws Refusal {
    try {
      JsonNode read = JSON.readTree(current);
      if (read.isObject()) {
        return read;
      }
    } catch (JsonProcessingException e) {
      throw new Refusal("row: expected one JSON object but " + e.getOriginalMessage());
    }
    throw new Refusal("row: expected one JSON object");
  }

  @Override
  public long line() {
    return line;
  }

  @Override
  public byte[] raw() {
    return current.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
