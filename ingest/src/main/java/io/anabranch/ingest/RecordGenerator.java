package io.anabranch.ingest;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Generation;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/**
 * Makes up records. The record of a number is a function of the seed and the number alone, so that
 * anybody can make the same records again, in any order. Not safe for several threads.
 */
final class RecordGenerator {
  /**
   * A record and the error that was made in it.
   *
   * @param error empty for a record as it should be
   * @param spoilt what is sent instead of the record, if nobody shall be able to decode it
   */
  record Made(GenericRecord datum, Optional<ErrorKind> error, Optional<ByteBuffer> spoilt) {}

  private record Filled(int position, int order, ValueMaker maker) {}

  /** How far back a repeat lies at most, in records. */
  private static final long REPEAT_WITHIN = 10_000;

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final Dataset dataset;
  private final Generation generation;
  private final long seed;
  private final ErrorRates rates;
  private final EventTimes times;
  private final List<TableRows> tables;
  private final List<Filled> fillers;
  private final ErrorMaker errors;

  /**
   * A generator.
   *
   * @param folder the schemas folder, with {@code lists/}
   * @throws Problem status 2 if the dataset file does not say how its records look
   */
  RecordGenerator(Dataset dataset, java.nio.file.Path folder, long seed, ErrorRates rates) {
    this.dataset = dataset;
    this.seed = seed;
    this.rates = rates;
    this.generation = generationOf(dataset);
    if (!(generation.fields().get(dataset.eventTime()) instanceof Generation.Time found)) {
      throw Problem.badInput(
          "%s: generate.fields.%s must be a 'time', since it is the event time"
              .formatted(dataset.file(), dataset.eventTime()));
    }
    this.times = new EventTimes(found);
    this.tables =
        generation.tables().stream().map(name -> TableRows.read(dataset, folder, name)).toList();
    this.fillers = fillers();
    this.errors = new ErrorMaker(dataset, generation.errors());
    refuseUnfilled();
  }

  /** What the dataset file says of made-up records. */
  static Generation generationOf(Dataset dataset) {
    return dataset
        .generation()
        .orElseThrow(
            () ->
                Problem.badInput(
                    dataset.file() + " has no section 'generate': nobody knows how records look"));
  }

  private List<Filled> fillers() {
    Random seeded = new Random(seed);
    List<Filled> made = new ArrayList<>();
    generation
        .fields()
        .forEach(
            (field, value) ->
                made.add(
                    new Filled(
                        dataset.schema().getField(field).pos(),
                        value instanceof Generation.Time
                            ? 0
                            : value instanceof Generation.After ? 2 : 1,
                        ValueMaker.of(value, FieldValue.of(dataset, field), seeded))));
    made.sort(Comparator.comparingInt(Filled::order));
    return made;
  }

  private void refuseUnfilled() {
    GenericRecord first = plain(0, false);
    for (Schema.Field field : dataset.schema().getFields()) {
      if (first.get(field.pos()) == null && !field.schema().isNullable()) {
        throw Problem.badInput(
            "%s: the field '%s' must have a value: say in generate.fields what fills it"
                .formatted(dataset.file(), field.name()));
      }
    }
  }

  /**
   * The record of that number.
   *
   * @param number from 0
   */
  Made make(long number) {
    Optional<ErrorKind> kind = kind(number);
    if (kind.isEmpty()) {
      return new Made(plain(number, false), kind, Optional.empty());
    }
    return switch (kind.get()) {
      case REPEAT -> {
        Made first = make(earlier(number));
        yield new Made(first.datum(), kind, first.spoilt());
      }
      case LATE -> new Made(plain(number, true), kind, Optional.empty());
      case UNDECODABLE -> {
        GenericRecord datum = plain(number, false);
        yield new Made(datum, kind, Optional.of(ErrorMaker.spoilt(datum, random(number, 2))));
      }
      default -> {
        GenericRecord datum = plain(number, false);
        errors.make(kind.get(), datum, random(number, 2));
        yield new Made(datum, kind, Optional.empty());
      }
    };
  }

  private Optional<ErrorKind> kind(long number) {
    double drawn = random(number, 0).nextDouble();
    for (ErrorKind kind : ErrorKind.values()) {
      drawn -= rates.of(kind);
      if (drawn < 0) {
        // There is nothing to repeat before the first record.
        return kind == ErrorKind.REPEAT && number == 0 ? Optional.empty() : Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  private long earlier(long number) {
    return number - 1 - random(number, 3).nextLong(Math.min(number, REPEAT_WITHIN));
  }

  private GenericRecord plain(long number, boolean late) {
    RandomGenerator random = random(number, 1);
    Instant eventTime = times.of(number, random(number, 5));
    if (late) {
      eventTime = eventTime.minus(times.late(generation.errors().lateBy(), random(number, 4)));
    }
    GenericData.Record datum = new GenericData.Record(dataset.schema());
    for (TableRows table : tables) {
      table.fill(datum, random);
    }
    for (Filled filled : fillers) {
      datum.put(filled.position(), filled.maker().make(number, random, eventTime, datum));
    }
    return datum;
  }

  /** Independent streams for what is drawn for one record. */
  private RandomGenerator random(long number, int stream) {
    return new SplittableRandom((seed * GOLDEN + number) * GOLDEN + stream);
  }
}
