package io.anabranch.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;

/** What every schema log keeps to. */
public abstract class SchemaLogContract {
  /** A log without any schema of the dataset {@link #sales}. */
  protected abstract SchemaLog emptyLog();

  /** Another opening of the same log, as another process has it. */
  protected abstract SchemaLog sameLog(SchemaLog log);

  /** A dataset whose records have an id, and the fields that are given, with their defaults. */
  protected static Dataset sales(String... added) {
    SchemaBuilder.FieldAssembler<Schema> fields =
        SchemaBuilder.record("Sale")
            .fields()
            .requiredString("id")
            .name("day")
            .type(LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT)))
            .noDefault();
    for (String field : added) {
      fields = fields.name(field).type().intType().intDefault(1);
    }
    return TestDatasets.of("sales", fields.endRecord());
  }

  @Test
  void holdsWhatWasRegisteredOnceInOrder() {
    try (SchemaLog log = emptyLog();
        SchemaLog other = sameLog(log)) {
      assertThat(log.history(sales())).isEqualTo(SchemaHistory.NONE);
      assertThat(log.register(sales()).schemas()).containsExactly(sales().schema());
      assertThat(other.register(sales("units")).newest()).hasValue(sales("units").schema());
      assertThat(log.register(sales()).schemas())
          .containsExactly(sales().schema(), sales("units").schema());
      assertThat(log.history(sales())).isEqualTo(other.history(sales("units")));
    }
  }

  @Test
  void refusesWhatMayNotFollowAndKeepsWhatIsThere() {
    try (SchemaLog log = emptyLog()) {
      log.register(sales("units"));
      assertThatThrownBy(() -> log.register(sales("shops")))
          .isInstanceOfSatisfying(
              Problem.class, p -> assertThat(p.status()).isEqualTo(ExitStatus.BAD_INPUT))
          .hasMessageContaining("field 'units'")
          .hasMessageContaining("aliases");
      assertThat(log.history(sales()).schemas()).containsExactly(sales("units").schema());
    }
  }

  @Test
  void ofSeveralThatRegisterAtOnceEachCanReadThoseBefore() throws Exception {
    try (SchemaLog log = emptyLog()) {
      log.register(sales());
      List<Callable<Boolean>> producers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String field = "f" + i;
        producers.add(
            () -> {
              try (SchemaLog own = sameLog(log)) {
                return own.register(sales(field)).knows(Wire.fingerprint(sales(field).schema()));
              } catch (Problem refused) {
                return false;
              }
            });
      }
      ExecutorService threads = Executors.newFixedThreadPool(4);
      int accepted = 0;
      for (Future<Boolean> one : threads.invokeAll(producers)) {
        accepted += one.get() ? 1 : 0;
      }
      threads.shutdown();
      // None of the four can read another one's records, which have a field that it lacks.
      assertThat(accepted).isLessThanOrEqualTo(1);
      assertThat(log.history(sales()).schemas()).hasSize(1 + accepted);
    }
  }
}
