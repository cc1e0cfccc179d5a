package io.anabranch.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DerbyJobStoreTest extends JobStoreContract {
  @TempDir private Path folder;

  @Override
  JobStore open() {
    return DerbyJobStore.open(folder.resolve("db"));
  }

  @Test
  void whatWasWrittenIsThereAfterARestart(@TempDir Path other) {
    Schedule schedule =
        new Schedule(
            "s",
            "/x",
            "",
            Map.of(),
            "me",
            Schedule.State.ACTIVE,
            Instant.EPOCH,
            1,
            Instant.EPOCH,
            Optional.empty());
    try (JobStore first = DerbyJobStore.open(other.resolve("db"))) {
      first.put(schedule);
    }
    try (JobStore second = DerbyJobStore.open(other.resolve("db"))) {
      assertThat(second.schedules()).containsExactly(schedule);
    }
  }
}
