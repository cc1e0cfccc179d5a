package io.anabranch.ingest;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.FieldType;
import io.anabranch.schemas.Generation;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.IllegalFormatException;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import net.datafaker.Faker;
import org.apache.avro.generic.GenericRecord;

/** Makes the values of one field. */
@FunctionalInterface
interface ValueMaker {
  /** So many made-up names are enough, and quick to make. */
  int POOL = 1000;

  /** Days of a year on average. */
  double YEAR = 365.25;

  /**
   * A value of the record of that number.
   *
   * @param eventTime when the record says that it happened
   * @param soFar what was filled before
   */
  Object make(long number, RandomGenerator random, Instant eventTime, GenericRecord soFar);

  /**
   * What the dataset file asks for.
   *
   * @throws Problem status 2 if it does not go with the field's type
   */
  static ValueMaker of(Generation.Value value, FieldValue field, java.util.Random seeded) {
    if (value instanceof Generation.Sequence sequence) {
      int run = seeded.nextInt();
      return (number, random, eventTime, soFar) ->
          parsed(field, formatted(field, sequence.format(), number, run));
    } else if (value instanceof Generation.Uniform uniform) {
      return uniform(uniform, field);
    } else if (value instanceof Generation.Choice choice) {
      return choice(choice, field);
    } else if (value instanceof Generation.Cycle cycle) {
      List<Object> values = cycle.values().stream().map(text -> parsed(field, text)).toList();
      return (number, random, eventTime, soFar) -> values.get((int) (number % values.size()));
    } else if (value instanceof Generation.Faker faker) {
      return pool(faker, field, seeded);
    } else if (value instanceof Generation.Time) {
      return (number, random, eventTime, soFar) -> field.time(eventTime);
    } else if (value instanceof Generation.After after) {
      return after(after, field);
    }
    return wave((Generation.Wave) value, field);
  }

  private static ValueMaker uniform(Generation.Uniform uniform, FieldValue field) {
    int scale = field.type().scale();
    long low = unscaled(uniform.low(), scale, field);
    long high = unscaled(uniform.high(), scale, field);
    if (high < low) {
      throw Problem.badInput(
          "generate.fields.%s: %s is less than %s"
              .formatted(field.name(), uniform.high(), uniform.low()));
    }
    return (number, random, eventTime, soFar) -> {
      long drawn = low + random.nextLong(high - low + 1);
      return uniform.format().isEmpty()
          ? number(field, drawn)
          : parsed(field, formatted(field, uniform.format(), drawn));
    };
  }

  private static ValueMaker choice(Generation.Choice choice, FieldValue field) {
    List<Object> values = new ArrayList<>();
    List<Integer> upTo = new ArrayList<>();
    int total = 0;
    for (var entry : choice.weights().entrySet()) {
      total += entry.getValue();
      values.add(parsed(field, entry.getKey()));
      upTo.add(total);
    }
    int all = total;
    return (number, random, eventTime, soFar) -> {
      int drawn = random.nextInt(all);
      int i = 0;
      while (upTo.get(i) <= drawn) {
        i++;
      }
      return values.get(i);
    };
  }

  private static ValueMaker pool(
      Generation.Faker expression, FieldValue field, java.util.Random seeded) {
    Faker faker = new Faker(Locale.ENGLISH, seeded);
    List<Object> values = new ArrayList<>();
    try {
      for (int i = 0; i < POOL; i++) {
        values.add(parsed(field, faker.expression(expression.expression())));
      }
    } catch (RuntimeException e) {
      throw Problem.badInput(
          "generate.fields.%s: no Datafaker expression: '%s' (%s)"
              .formatted(field.name(), expression.expression(), e.getMessage()),
          e);
    }
    return (number, random, eventTime, soFar) -> values.get(random.nextInt(POOL));
  }

  private static ValueMaker after(Generation.After after, FieldValue field) {
    long low = after.low().toMillis();
    long high = after.high().toMillis();
    return (number, random, eventTime, soFar) -> {
      long by = low + random.nextLong(high - low + 1);
      Object base = soFar.get(after.field());
      if (base == null) {
        throw Problem.badInput(
            "generate.fields.%s: 'after' needs a value of '%s': fill that field, too"
                .formatted(field.name(), after.field()));
      }
      Instant from =
          base instanceof Long ms
              ? Instant.ofEpochMilli(ms)
              : Instant.EPOCH.plus(Duration.ofDays((Integer) base));
      return field.time(from.plusMillis(by));
    };
  }

  private static ValueMaker wave(Generation.Wave wave, FieldValue field) {
    double mean = wave.mean().doubleValue();
    double swing = wave.swing().doubleValue();
    double noise = wave.noise().doubleValue();
    return (number, random, eventTime, soFar) -> {
      double days = eventTime.toEpochMilli() / 86_400_000.0;
      // StrictMath gives the same digits on every machine.
      double daily = StrictMath.cos(2 * Math.PI * (days - wave.peakHour() / 24.0));
      double yearly = StrictMath.cos(2 * Math.PI * (days / YEAR - (wave.peakMonth() - 0.5) / 12));
      double value =
          mean + swing * (0.6 * daily + 0.4 * yearly) + noise * (2 * random.nextDouble() - 1);
      return number(field, Math.round(value * Math.pow(10, field.type().scale())));
    };
  }

  private static long unscaled(BigDecimal number, int scale, FieldValue field) {
    try {
      return number.setScale(scale, RoundingMode.UNNECESSARY).unscaledValue().longValueExact();
    } catch (ArithmeticException e) {
      throw Problem.badInput(
          "generate.fields.%s: %s has more than %s digits after the point"
              .formatted(field.name(), number.toPlainString(), scale),
          e);
    }
  }

  /** A number, scaled as the field's type says, as a value of that type. */
  private static Object number(FieldValue field, long unscaled) {
    if (field.type().kind() == FieldType.Kind.DECIMAL) {
      return BigDecimal.valueOf(unscaled, field.type().scale());
    } else if (field.type().kind() == FieldType.Kind.INT) {
      return (int) unscaled;
    }
    return parsed(field, Long.toString(unscaled));
  }

  private static String formatted(FieldValue field, String format, Object... values) {
    try {
      return String.format(Locale.ROOT, format, values);
    } catch (IllegalFormatException e) {
      throw Problem.badInput(
          "generate.fields.%s: the format '%s' does not fit its numbers (%s)"
              .formatted(field.name(), format, e.getMessage()),
          e);
    }
  }

  private static Object parsed(FieldValue field, String text) {
    try {
      return field.parse(text, '.');
    } catch (Refusal e) {
      throw Problem.badInput("generate.fields." + e.getMessage(), e);
    }
  }
}
