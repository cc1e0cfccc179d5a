package io.anabranch.ingest;

import io.anabranch.schemas.CsvMapping;
import io.anabranch.schemas.Dataset;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** Rows of one delimited file as records, by a mapping. Not safe for several threads. */
final class RowMapping {
  /** What fills a field from the columns of a row. */
  @FunctionalInterface
  private interface Filler {
    Object fill(List<String> row) throws Refusal;
  }

  private record Filled(int position, Filler filler) {}

  private final Dataset dataset;
  private final CsvMapping mapping;
  private final Map<String, Integer> columns = new HashMap<>();
  private final List<Filled> fillers = new ArrayList<>();
  private final MessageDigest sha256;

  /**
   * A mapping for a file with that header.
   *
   * @param header must have all columns that the mapping names
   */
  RowMapping(Dataset dataset, CsvMapping mapping, List<String> header) {
    this.dataset = dataset;
    this.mapping = mapping;
    for (int i = 0; i < header.size(); i++) {
      columns.putIfAbsent(header.get(i), i);
    }
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    dataset
        .schema()
        .getFields()
        .forEach(
            field -> {
              CsvMapping.ColumnSource source = mapping.columns().get(field.name());
              FieldValue value = FieldValue.of(dataset, field.name());
              fillers.add(
                  new Filled(
                      field.pos(), source == null ? row -> value.absent() : filler(source, value)));
            });
  }

  /** The record of a row, which has as many columns as the header. */
  GenericRecord record(List<String> row) throws Refusal {
    GenericData.Record datum = new GenericData.Record(dataset.schema());
    for (Filled filled : fillers) {
      datum.put(filled.position(), filled.filler().fill(row));
    }
    return datum;
  }

  private Filler filler(CsvMapping.ColumnSource source, FieldValue value) {
    if (source instanceof CsvMapping.Column column) {
      int index = columns.get(column.header());
      return row -> value.parse(row.get(index), mapping.decimal());
    } else if (source instanceof CsvMapping.LocalTime time) {
      return localTime(time, value);
    } else if (source instanceof CsvMapping.SumOfColumns sum) {
      return sum(sum, value);
    }
    return row -> value.parse(hash(row), mapping.decimal());
  }

  private Filler localTime(CsvMapping.LocalTime time, FieldValue value) {
    int index = columns.get(time.header());
    // Lines of one file follow each other in time: most have the text of the line before.
    return new Filler() {
      private String lastText = "";
      private Object last;

      @Override
      public Object fill(List<String> row) throws Refusal {
        String text = row.get(index);
        if (text.isBlank()) {
          return value.absent();
        } else if (!text.equals(lastText)) {
          last = instant(time, value, text);
          lastText = text;
        }
        return last;
      }
    };
  }

  private static Object instant(CsvMapping.LocalTime time, FieldValue value, String text)
      throws Refusal {
    LocalDateTime local;
    try {
      local = LocalDateTime.parse(text.strip(), time.pattern());
    } catch (DateTimeException e) {
      throw value.refusal("a time like the mapping's pattern", text);
    }
    if (time.zone().getRules().getValidOffsets(local).isEmpty()) {
      throw value.refusal("a time that exists in " + time.zone(), text);
    }
    return value.time(ZonedDateTime.of(local, time.zone()).toInstant());
  }

  private Filler sum(CsvMapping.SumOfColumns sum, FieldValue value) {
    int[] indexes = sum.headers().stream().mapToInt(columns::get).toArray();
    return row -> {
      BigDecimal total = null;
      for (int index : indexes) {
        String text = row.get(index);
        if (!text.isBlank()) {
          BigDecimal term = number(value, text);
          total = total == null ? term : total.add(term);
        }
      }
      return total == null
          ? value.absent()
          : value.parse(total.toPlainString().replace('.', mapping.decimal()), mapping.decimal());
    };
  }

  private BigDecimal number(FieldValue value, String text) throws Refusal {
    try {
      return new BigDecimal(text.strip().replace(mapping.decimal(), '.'));
    } catch (NumberFormatException e) {
      throw value.refusal("numbers to add", text);
    }
  }

  /** As {@link CsvMapping.HashOfRow} says; a length before each value keeps rows apart. */
  private String hash(List<String> row) {
    for (String column : row) {
      byte[] bytes = column.getBytes(StandardCharsets.UTF_8);
      sha256.update((byte) (bytes.length >>> 24));
      sha256.update((byte) (bytes.length >>> 16));
      sha256.update((byte) (bytes.length >>> 8));
      sha256.update((byte) bytes.length);
      sha256.update(bytes);
    }
    return HexFormat.of().formatHex(sha256.digest(), 0, 16);
  }
}
