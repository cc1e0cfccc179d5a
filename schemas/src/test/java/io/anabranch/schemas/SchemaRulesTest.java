package io.anabranch.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.schemas.SchemaRefusal.Rule;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SchemaRulesTest {
  private static final String ID = "{'name': 'id', 'type': 'string'}";
  private static final String UNITS = "{'name': 'units', 'type': 'int'}";

  private static Schema schema(String... fields) {
    return new Schema.Parser()
        .parse(
            "{'type': 'record', 'name': 'Sale', 'fields': [%s]}"
                .formatted(String.join(", ", fields))
                .replace('\'', '"'));
  }

  @Property(tries = 1000)
  void whateverWayARecordTakesThroughItsSchemasItMeansTheSame(@ForAll long seed) {
    Random random = new Random(seed);
    List<Schema> chain = new Evolution(random).chain(6);
    Schema written = chain.get(random.nextInt(3));
    Schema stored = chain.get(3 + random.nextInt(2));
    Schema read = chain.get(5 + random.nextInt(2));
    byte[] value = Wire.encode(Evolution.record(written, random));

    Map<String, Object> row = Evolution.read(value, written, stored);

    assertThat(Evolution.resolve(row, stored, read))
        .isEqualTo(Evolution.read(value, written, read));
  }

  @Property(tries = 300)
  void everyFormerSchemaMayBeFollowedByEveryLaterOne(@ForAll long seed) {
    List<Schema> chain = new Evolution(new Random(seed)).chain(5);
    for (int former = 0; former < chain.size(); former++) {
      for (int later = former; later < chain.size(); later++) {
        assertThat(SchemaRules.backward(chain.get(former), chain.get(later))).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        // one field is added, renamed, or of another type; the other one stays
        "KEPT             | {'name': 'pieces', 'type': 'int', 'default': 0}",
        "ONE_MEANING      | {'name': 'pieces', 'type': 'int', 'aliases': ['units', 'id']}",
        "ONE_MEANING      | {'name': 'Units', 'type': 'int', 'aliases': ['units']}",
        "ALIASES_IN_ORDER | {'name': 'pieces', 'type': 'int', 'aliases': ['units', 'amount']}",
        "DEFAULT          | {'name': 'units', 'type': 'int'}, {'name': 'shop', 'type': 'string'}",
        "WIDENED          | {'name': 'units', 'type': 'string'}",
        "WIDENED          | {'name': 'units', 'type': 'float'}",
        "WIDENED          | {'name': 'units', 'type': {'type': 'int', 'logicalType': 'date'}}",
      })
  void refusesWhatWouldLoseOrChangeARecordsMeaning(Rule rule, String fields) {
    List<SchemaRefusal> refusals =
        SchemaRules.backward(schema(ID, UNITS), schema(ID, fields.strip()));
    assertThat(refusals).extracting(SchemaRefusal::rule).contains(rule);
    assertThat(refusals).allSatisfy(refusal -> assertThat(refusal.next()).isNotBlank());
  }

  @ParameterizedTest
  @CsvSource({"long,int", "long,double", "double,float", "string,bytes"})
  void refusesANarrowerTypeAndOneThatRounds(String former, String type) {
    String field = "{'name': 'x', 'type': '%s'}";
    assertThat(SchemaRules.backward(schema(field.formatted(former)), schema(field.formatted(type))))
        .extracting(SchemaRefusal::rule, SchemaRefusal::field)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(Rule.WIDENED, "x"));
  }

  @Test
  void refusesAnotherScaleWhichTheFingerprintDoesNotTell() {
    String field =
        "{'name': 'x', 'type': {'type': 'bytes', 'logicalType': 'decimal', 'precision': 9, 'scale': %s}}";
    Schema former = schema(field.formatted(2));
    Schema schema = schema(field.formatted(3));
    assertThat(Wire.fingerprint(schema)).isEqualTo(Wire.fingerprint(former));
    assertThat(SchemaRules.backward(former, schema))
        .extracting(SchemaRefusal::rule)
        .containsExactly(Rule.WIDENED);
  }

  @Test
  void refusesAnotherDefaultAnotherRecordAndAFieldThatMayNoLongerBeNull() {
    String field = "{'name': 'x', 'type': ['int', 'null'], 'default': %s}";
    assertThat(SchemaRules.backward(schema(field.formatted(1)), schema(field.formatted(2))))
        .extracting(SchemaRefusal::rule)
        .containsExactly(Rule.SAME_DEFAULT);
    assertThat(
            SchemaRules.backward(
                schema(field.formatted(1)), schema("{'name': 'x', 'type': 'int'}")))
        .extracting(SchemaRefusal::rule)
        .containsExactly(Rule.WIDENED);
    Schema other = Schema.createRecord("Purchase", null, null, false, List.of());
    assertThat(SchemaRules.backward(schema(ID), other))
        .extracting(SchemaRefusal::rule)
        .containsExactly(Rule.SAME_RECORD);
  }

  @Test
  void namesTheFieldTheRuleAndWhatToDo() {
    assertThat(SchemaRules.backward(schema(ID, UNITS), schema(ID)))
        .singleElement()
        .hasToString(
            "field 'units': a field stays, under its name or with its name as an alias,"
                + " but nothing reads 'units' any more:"
                + " keep it, or rename it with \"aliases\": [\"units\"]");
  }

  @Test
  void tellsWhatConsumersWithTheFormerSchemaSee() {
    Schema former =
        schema(ID, UNITS, "{'name': 'shop', 'type': ['null', 'string'], 'default': null}");
    Schema schema =
        schema(
            ID,
            "{'name': 'units', 'type': 'long'}",
            "{'name': 'place', 'type': ['null', 'string'], 'default': null, 'aliases': ['shop']}",
            "{'name': 'note', 'type': 'string', 'default': ''}");
    assertThat(SchemaRules.backward(former, schema)).isEmpty();
    assertThat(SchemaRules.forward(former, schema))
        .containsExactly(
            "'units' can be too wide: no record can be read",
            "'shop' is always null, since it is 'place' now",
            "'note' is passed over");
  }
}
