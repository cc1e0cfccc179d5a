package io.anabranch.speed;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.schemas.MemorySchemaLog;
import io.anabranch.schemas.Wire;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UnknownSchemasTest {
  private final MemorySchemaLog log = new MemorySchemaLog();
  private final AtomicInteger questions = new AtomicInteger();
  private Map<Integer, Long> ends = Map.of(0, 10L);
  private final UnknownSchemas schemas =
      new UnknownSchemas(
          Trips.DATASET,
          log,
          () -> {
            questions.incrementAndGet();
            return ends;
          });

  @Test
  void aFloodOfForeignRecordsIsOneQuestion() {
    for (long offset = 0; offset < 10; offset++) {
      assertThat(schemas.isRegistered(7, 0, offset)).isFalse();
    }
    assertThat(questions).hasValue(1);
    ends = Map.of(0, 20L);
    assertThat(schemas.isRegistered(7, 0, 10)).isFalse();
    assertThat(questions).hasValue(2);
  }

  @Test
  void aSchemaThatWasRegisteredSinceIsFoundForTheRecordsThatCameSince() {
    long fingerprint = Wire.fingerprint(Trips.DATASET.schema());
    assertThat(schemas.isRegistered(fingerprint, 0, 9)).isFalse();
    log.register(Trips.DATASET);
    assertThat(schemas.isRegistered(fingerprint, 0, 10)).isTrue();
    assertThat(schemas.isRegistered(fingerprint, 1, 0)).isTrue();
  }
}
