package io.anabranch.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.Problem;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

final class SchemaHistoryTest {
  private static Dataset sales(String... fields) {
    String more = fields.length == 0 ? "" : ", " + String.join(", ", fields);
    return TestDatasets.of(
        "sales",
        new Schema.Parser()
            .parse(
                ("{'type': 'record', 'name': 'Sale', 'fields': [{'name': 'id', 'type': 'int'},"
                        + " {'name': 'day', 'type': {'type': 'int', 'logicalType': 'date'}}%s]}")
                    .formatted(more)
                    .replace('\'', '"')));
  }

  private static final String UNITS = "{'name': 'units', 'type': 'int', 'default': 1}";
  private static final String RENAMED =
      "{'name': 'pieces', 'aliases': ['units'], 'type': 'long', 'default': 1}";

  @Test
  void acceptsWhatReadsAllBeforeItAndWhatIsThereAlready() {
    SchemaHistory first = SchemaHistory.NONE.accept(sales());
    SchemaHistory second = first.accept(sales(UNITS));
    SchemaHistory third = second.accept(sales(RENAMED));
    assertThat(third.schemas())
        .containsExactly(sales().schema(), sales(UNITS).schema(), sales(RENAMED).schema());
    assertThat(third.accept(sales())).isEqualTo(third);
    assertThat(third.newest()).hasValue(sales(RENAMED).schema());
    assertThat(third.knows(Wire.fingerprint(sales(UNITS).schema()))).isTrue();
    assertThat(third.knows(1)).isFalse();
  }

  @Test
  void isReadByTheNewestAloneAndByOneThatMayFollow() {
    SchemaHistory history = SchemaHistory.NONE.accept(sales()).accept(sales(UNITS));
    assertThat(history.readBy(sales(UNITS))).isEqualTo(history);
    assertThat(history.readBy(sales(RENAMED)).schemas()).hasSize(3);
    assertThat(SchemaHistory.NONE.readBy(sales()).schemas()).containsExactly(sales().schema());
    assertThatThrownBy(() -> history.readBy(sales()))
        .isInstanceOfSatisfying(
            Problem.class, p -> assertThat(p.status()).isEqualTo(ExitStatus.BAD_INPUT))
        .hasMessageContaining("sales.yaml")
        .hasMessageContaining("records of a newer schema");
  }

  @Test
  void refusesAnIdentityThatWouldNoLongerFindItsRepeats() {
    SchemaHistory history = SchemaHistory.NONE.accept(sales());
    Schema asDouble =
        new Schema.Parser()
            .parse(
                sales()
                    .schema()
                    .toString()
                    .replaceFirst("\"type\":\"int\"", "\"type\":\"double\""));
    assertThatThrownBy(() -> history.accept(TestDatasets.of("sales", asDouble)))
        .hasMessageContaining("field 'id': what tells facts apart");
    Schema asLong =
        new Schema.Parser()
            .parse(
                sales().schema().toString().replaceFirst("\"type\":\"int\"", "\"type\":\"long\""));
    assertThat(history.accept(TestDatasets.of("sales", asLong)).schemas()).hasSize(2);
  }
}
