package io.anabranch.ingest;

import io.anabranch.schemas.ColumnSource;
import io.anabranch.schemas.Columns;
import io.anabranch.schemas.Dataset;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** Rows of named values as records, by a mapping. Not safe for several threads. */
final class RowMapping {
  /** What fills a field from the columns of a row. */
  @FunctionalInterface
  private interface Filler {
    Object fill(List<String> row) throws Refusal;
  }

  private static final int LARGEST_SCALE = 64;

  private record Filled(int position, Filler filler) {}

  private final Dataset dataset;
  private final Columns mapping;
  private final Map<String, Integer> columns = new HashMap<>();
  private final List<Filled> fillers = new ArrayList<>();
  private final MessageDigest sha256;

  /**
   * A mapping for rows with that header.
   *
   * @param header must have all columns that the mapping names
   */
  RowMapping(Dataset dataset, Columns mapping, List<String> header) {
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
              ColumnSource source = mapping.sources().get(field.name());
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

  private Filler filler(ColumnSource source, FieldValue value) {
    if (source instanceof ColumnSource.Column column) {
      int index = columns.get(column.header());
      return row -> value.parse(row.get(index), mapping.decimal());
    } else if (source instanceof ColumnSource.LocalTime time) {
      return localTime(time, value);
    } else if (source instanceof ColumnSource.SumOfColumns sum) {
      return sum(sum, value);
    }
    return row -> value.parse(hash(row), mapping.decimal());
  }

  private Filler localTime(ColumnSource.LocalTime time, FieldValue value) {
    int index = columns.get(time.header());
    // Lines of one file follow each other in time: most have the text of the line before.
    return new Filler() {
      private String lastText = "";
      private Object last;

      @Override
      public Object fill(List<String> row) throws Refusal {
        String text = row.get(index);
        if (text == null || text.isBlank()) {
          return value.absent();
        } else if (!text.equals(lastText)) {
          last = instant(time, value, text);
          lastText = text;
        }
        return last;
      }
    };
  }

  private static Object instant(ColumnSource.LocalTime time, FieldValue value, String text)
      throws Refusal {
    LocalDateTime local;
    try {
      local = LocalDateTime.parse(text.strip(), time.pattern());
    } catch (DateTimeException e) {
      throw value.refusal("a time like the mapping's pattern", text);
    }
    Optional<Instant> instant = time.instant(local);
    if (instant.isEmpty()) {
      boolean twice = time.zone().getRules().getValidOffsets(local).size() > 1;
      throw value.refusal(
          "a time that " + (twice ? "stands once in " : "exists in ") + time.zone(), text);
    }
    return value.givenTime(instant.get());
  }

  private Filler sum(ColumnSource.SumOfColumns sum, FieldValue value) {
    int[] indexes = sum.headers().stream().mapToInt(columns::get).toArray();
    return row -> {
      BigDecimal total = null;
      for (int index : indexes) {
        String text = row.get(index);
        if (text != null && !text.isBlank()) {
          BigDecimal term = term(value, text);
          total = total == null ? term : total.add(term);
        }
      }
      return total == null ? value.absent() : value.parse(total.toPlainString(), '.');
    };
  }

  /** A number to add: one that takes a few digits to write out, whatever its exponent says. */
  private BigDecimal term(FieldValue value, String text) throws Refusal {
    try {
      BigDecimal number = FieldValue.number(text, mapping.decimal());
      if (Math.abs((long) number.scale()) <= LARGEST_SCALE) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw value.refusal("numbers to add", text);
    }
    throw value.refusal("numbers to add", text);
  }

  /** As {@link ColumnSource.HashOfRow} says; a length before each value keeps rows apart. */
  private String hash(List<String> row) {
    for (String column : row) {
      byte[] bytes = (column == null ? "" : column).getBytes(StandardCharsets.UTF_8);
      sha256.update((byte) (bytes.length >>> 24));
      sha256.update((byte) (bytes.length >>> 16));
      sha256.update((byte) (bytes.length >>> 8));
      sha256.update((byte) bytes.length);
      sha256.update(bytes);
    }
    return HexFormat.of().formatHex(sha256.digest(), 0, 16);
  }
}
