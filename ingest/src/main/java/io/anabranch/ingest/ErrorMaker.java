package io.anabranch.ingest;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.FieldType;
import io.anabranch.schemas.Generation;
import io.anabranch.schemas.Wire;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.avro.generic.GenericRecord;

/** Spoils one field of a record, or its value as a whole. */
final class ErrorMaker {
  private record Invalid(String field, Object value) {}

  private final Generation.Errors errors;
  private final List<Invalid> invalid = new ArrayList<>();

  ErrorMaker(Dataset dataset, Generation.Errors errors) {
    this.errors = errors;
    for (String field : errors.missing()) {
      if (!dataset.schema().getField(field).schema().isNullable()) {
        throw Problem.badInput(
            dataset.file() + ": generate.errors.missing: '" + field + "' cannot be left out");
      }
    }
    for (String field : errors.typo()) {
      if (dataset.fields().get(field).kind() != FieldType.Kind.STRING) {
        throw Problem.badInput(
            dataset.file() + ": generate.errors.typo: '" + field + "' is no text");
      }
    }
    errors
        .invalid()
        .forEach(
            (field, texts) ->
                texts.forEach(
                    text -> invalid.add(new Invalid(field, value(dataset, field, text)))));
  }

  private static Object value(Dataset dataset, String field, String text) {
    try {
      return FieldValue.of(dataset, field).parse(text, '.');
    } catch (Refusal e) {
      throw Problem.badInput(dataset.file() + ": generate.errors.invalid: " + e.getMessage(), e);
    }
  }

  void make(ErrorKind kind, GenericRecord datum, RandomGenerator random) {
    switch (kind) {
      case MISSING -> datum.put(any(errors.missing(), random), null);
      case TYPO -> {
        String field = any(errors.typo(), random);
        if (datum.get(field) != null) {
          datum.put(field, misspelt(datum.get(field).toString(), random));
        }
      }
      case INVALID -> {
        Invalid chosen = any(invalid, random);
        datum.put(chosen.field(), chosen.value());
      }
      default -> throw new IllegalArgumentException(kind + " is no error of one field");
    }
  }

  /** A record's value as a broken producer sends it: cut off, of a strange schema, or noise. */
  static ByteBuffer spoilt(GenericRecord datum, RandomGenerator random) {
    byte[] value = Wire.encode(datum);
    return switch (random.nextInt(3)) {
      // A datum says where it ends, so that none is the beginning of another.
      case 0 -> ByteBuffer.wrap(value, 0, random.nextInt(value.length)).slice();
      case 1 -> {
        value[2 + random.nextInt(Wire.HEADER_LENGTH - 2)] ^= (byte) (1 + random.nextInt(255));
        yield ByteBuffer.wrap(value);
      }
      default -> {
        byte[] noise = new byte[1 + random.nextInt(64)];
        random.nextBytes(noise);
        noise[0] = 0;
        yield ByteBuffer.wrap(noise);
      }
    };
  }

  private static <T> T any(List<T> of, RandomGenerator random) {
    return of.get(random.nextInt(of.size()));
  }

  /** What hurried hands do: a letter twice, one left out, two exchanged, no capitals. */
  private static String misspelt(String text, RandomGenerator random) {
    if (text.length() < 2) {
      return text + text;
    }
    int at = random.nextInt(text.length() - 1);
    return switch (random.nextInt(4)) {
      case 0 -> text.substring(0, at + 1) + text.substring(at);
      case 1 -> text.substring(0, at) + text.substring(at + 1);
      case 2 ->
          text.substring(0, at) + text.charAt(at + 1) + text.charAt(at) + text.substring(at + 2);
      default -> text.toLowerCase(java.util.Locale.ROOT) + " ";
    };
  }
}
