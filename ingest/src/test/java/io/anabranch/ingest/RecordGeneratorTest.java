package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.master.RecordDecoder;
import io.anabranch.master.UndecodableException;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import io.anabranch.schemas.Wire;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordGeneratorTest {
  private static final int COUNT = 3000;

  @ParameterizedTest
  @ValueSource(strings = {"customer_orders", "energy_readings"})
  void theSameSeedGivesTheSameBytesInTheSameOrderAndAnotherDoesNot(String name) {
    assertThat(bytes(generator(name, 7))).isEqualTo(bytes(generator(name, 7)));
    assertThat(bytes(generator(name, 7))).isNotEqualTo(bytes(generator(name, 8)));
  }

  @Test
  void aRecordDependsOnItsNumberAndNotOnWhatWasMadeBefore() {
    RecordGenerator one = generator("customer_orders", 7);
    RecordGenerator other = generator("customer_orders", 7);
    other.make(5);

    assertThat(Wire.encode(one.make(1234).datum()))
        .isEqualTo(Wire.encode(other.make(1234).datum()));
  }

  @Test
  void twoRunsWriteTheSameFile(@TempDir Path folder) throws Exception {
    for (String file : new String[] {"a.avro", "b.avro"}) {
      RecordGenerator generator = generator("energy_readings", 3);
      try (AvroFileSink sink =
          new AvroFileSink(folder.resolve(file), Fixtures.DATASETS.named("energy_readings"), "3")) {
        for (int i = 0; i < 100; i++) {
          sink.send(generator.make(i).datum());
        }
      }
    }

    assertThat(Files.readAllBytes(folder.resolve("a.avro")))
        .isEqualTo(Files.readAllBytes(folder.resolve("b.avro")));
  }

  @Test
  void errorsComeAsOftenAsTheirRates() {
    RecordGenerator generator = generator("customer_orders", 5);
    Map<ErrorKind, Integer> made = new EnumMap<>(ErrorKind.class);
    for (int i = 0; i < 20_000; i++) {
      generator.make(i).error().ifPresent(kind -> made.merge(kind, 1, Integer::sum));
    }

    assertThat(made.get(ErrorKind.REPEAT)).isCloseTo(4000, within(300));
    assertThat(made).doesNotContainKey(ErrorKind.UNDECODABLE);
    for (ErrorKind kind :
        new ErrorKind[] {ErrorKind.MISSING, ErrorKind.TYPO, ErrorKind.INVALID, ErrorKind.LATE}) {
      assertThat(made.get(kind)).isCloseTo(500, within(120));
    }
  }

  @Test
  void aRepeatIsAnEarlierRecordAndALateOneLiesBackWithinTheLimit() {
    Dataset orders = Fixtures.DATASETS.named("customer_orders");
    RecordGenerator generator = generator("customer_orders", 9);
    RecordGenerator plain = new RecordGenerator(orders, Fixtures.SCHEMAS, 9, ErrorRates.NONE);
    long lateBy =
        orders.generation().orElseThrow().errors().lateBy().plus(Duration.ofSeconds(1)).toMillis();

    for (int i = 0; i < COUNT; i++) {
      RecordGenerator.Made made = generator.make(i);
      GenericRecord asItShouldBe = plain.make(i).datum();
      if (made.error().filter(ErrorKind.REPEAT::equals).isPresent()) {
        String key = made.datum().get("row_key").toString();
        long number = Long.parseLong(key.substring(key.lastIndexOf('-') + 1));
        assertThat(number).isLessThan(i);
        assertThat(Wire.encode(made.datum()))
            .isEqualTo(Wire.encode(generator.make(number).datum()));
      } else if (made.error().filter(ErrorKind.LATE::equals).isPresent()) {
        long back = (Long) asItShouldBe.get("order_date") - (Long) made.datum().get("order_date");
        assertThat(back).isBetween(1L, lateBy);
      } else if (made.error().isEmpty()) {
        assertThat(Wire.encode(made.datum())).isEqualTo(Wire.encode(asItShouldBe));
      }
    }
  }

  @Test
  void anUndecodableValueIsNoRecordAndItsRepeatIsTheSameBytes() {
    Dataset orders = Fixtures.DATASETS.named("customer_orders");
    Map<String, Double> rates = Map.of("undecodable", 0.3, "repeat", 0.3);
    RecordGenerator generator =
        new RecordGenerator(
            orders,
            Fixtures.SCHEMAS,
            11,
            ErrorRates.of(0, rates, orders.generation().orElseThrow()));
    RecordDecoder decoder = new RecordDecoder(orders, List.of());
    Set<ByteBuffer> spoilt = new HashSet<>();
    int undecodable = 0;
    for (int i = 0; i < COUNT; i++) {
      RecordGenerator.Made made = generator.make(i);
      assertThat(made.spoilt()).isEqualTo(generator.make(i).spoilt());
      if (made.error().filter(ErrorKind.UNDECODABLE::equals).isPresent()) {
        undecodable++;
        byte[] value = new byte[made.spoilt().orElseThrow().remaining()];
        made.spoilt().get().duplicate().get(value);
        assertThat(Wire.isMarker(value)).isFalse();
        assertThatThrownBy(() -> decoder.decode(value)).isInstanceOf(UndecodableException.class);
        spoilt.add(made.spoilt().get());
      } else if (made.spoilt().isPresent()) {
        assertThat(made.error()).contains(ErrorKind.REPEAT);
        assertThat(spoilt).contains(made.spoilt().get());
      }
    }
    assertThat(undecodable).isCloseTo(900, within(120));
  }

  @Test
  void productsAndCountriesComeAsOftenAsTheirWeightsSay() {
    Dataset orders = Fixtures.DATASETS.named("customer_orders");
    RecordGenerator generator = new RecordGenerator(orders, Fixtures.SCHEMAS, 3, ErrorRates.NONE);
    Map<String, Integer> values = new TreeMap<>();
    int count = 20_000;
    for (int i = 0; i < count; i++) {
      GenericRecord order = generator.make(i).datum();
      values.merge(order.get("country").toString(), 1, Integer::sum);
      values.merge(order.get("product_id").toString(), 1, Integer::sum);
    }
    assertThat(values.get("United Kingdom")).isCloseTo(count * 40 / 100, within(count / 50));
    assertThat(values.get("Norway")).isCloseTo(count * 4 / 100, within(count / 100));
    assertThat(values.get("P-4001")).isCloseTo(count * 40 / 370, within(count / 100));
    assertThat(values.get("P-2002")).isCloseTo(count * 6 / 370, within(count / 200));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "sequence: \"L-%2$08x-%1$09d\" | sequence: \"L-%s-%3$d\" | the format 'L-%s-%3$d' does not fit",
        "format: \"C%05d\" | format: \"C%05x%q\" | does not fit",
        "after: {field: order_date | after: {field: shipping_date | needs a value of 'shipping_date'"
      })
  void whatCannotBeMadeIsToldWithItsField(
      String declared, String wrong, String message, @TempDir Path copy) throws Exception {
    Path schemas = Fixtures.copyOfSchemas(copy);
    Path file = schemas.resolve("datasets/customer_orders.yaml");
    String yaml = Files.readString(file);
    assertThat(yaml).contains(declared);
    Files.writeString(file, yaml.replace(declared, wrong));
    Dataset orders = Datasets.load(schemas).named("customer_orders");

    assertThatThrownBy(() -> new RecordGenerator(orders, schemas, 3, ErrorRates.NONE).make(0))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("generate.fields.")
        .hasMessageContaining(message);
  }

  @Test
  void aFileThatCannotBeMadeIsTold(@TempDir Path folder) {
    assertThatThrownBy(
            () ->
                new AvroFileSink(
                    folder.resolve("absent/x.avro"),
                    Fixtures.DATASETS.named("energy_readings"),
                    "3"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("absent/x.avro cannot be written");
  }

  @Test
  void anErrorThatTheDatasetDoesNotKnowIsRefused() {
    var generation = Fixtures.DATASETS.named("energy_readings").generation().orElseThrow();

    assertThatThrownBy(() -> ErrorRates.of(0, Map.of("typo", 0.1), generation))
        .hasMessageContaining("generate.errors.typo");
    assertThatThrownBy(() -> ErrorRates.of(0, Map.of("nonsense", 0.1), generation))
        .hasMessageContaining("expected one of [missing, invalid, repeat, late, undecodable]");
    assertThatThrownBy(() -> ErrorRates.of(1.5, Map.of(), generation))
        .hasMessageContaining("together they must be <= 1");
  }

  private static RecordGenerator generator(String name, long seed) {
    Dataset dataset = Fixtures.DATASETS.named(name);
    return new RecordGenerator(
        dataset,
        Fixtures.SCHEMAS,
        seed,
        ErrorRates.of(0.1, Map.of("repeat", 0.2), dataset.generation().orElseThrow()));
  }

  private static byte[] bytes(RecordGenerator generator) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < COUNT; i++) {
      all.writeBytes(Wire.encode(generator.make(i).datum()));
    }
    return all.toByteArray();
  }
}
