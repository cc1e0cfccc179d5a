package io.anabranch.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobTest {
  @TempDir private Path folder;

  @Test
  void resultIsTheLastObjectAndEverythingIsLogged() throws IOException {
    Job job = job("echo '{\"a\":1}'; echo noise; echo WARN >&2; echo '{\"version\":7}'");
    assertThat(job.result().path("version").asInt()).isEqualTo(7);
    assertThat(Files.readString(log())).contains("noise", "WARN", "{\"a\":1}");
  }

  @Test
  void failureKeepsTheStatusAndNamesReasonAndLog() {
    Job job = job("echo 'anabranch: unknown dataset' >&2; exit 2");
    assertThatThrownBy(job::result)
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              assertThat(problem.status()).isEqualTo(ExitStatus.BAD_INPUT);
              assertThat(problem).hasMessageContaining("unknown dataset");
              assertThat(problem).hasMessageContaining(log().toString());
            });
  }

  @Test
  void endWithoutAResultIsAFailure() {
    assertThatThrownBy(() -> job("echo done").result()).isInstanceOf(Problem.class);
  }

  private Job job(String script) {
    return new Job(new Launch(List.of("sh", "-c", script), Map.of()), log());
  }

  private Path log() {
    return folder.resolve("job.log");
  }
}
