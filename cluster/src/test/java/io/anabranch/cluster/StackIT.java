package io.anabranch.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StackIT {
  @Test
  void whatWasWrittenIsReadAfterTheStackWasKilled() throws Exception {
    try (LocalStack stack = LocalStack.start()) {
      Written written = new Written(LocalSettings.of(stack.data()));
      written.write("before");
      stack.killStack();
      stack.startStack();
      awaitRead(written, "before");
      written.write("after");
      stack.killStack();
      stack.startStack();
      awaitRead(written, "after");
    }
  }

  private static void awaitRead(Written written, String word) {
    await()
        .atMost(Duration.ofMinutes(2))
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(written.read()).isEqualTo(Written.everywhere(word)));
  }

  @Test
  void aSecondStackOnTheSameFolderIsRefused() {
    try (LocalStack stack = LocalStack.start()) {
      JavaProcess second =
          JavaProcess.start(
              LocalStack.builtLib().resolve("stack"),
              "io.anabranch.cluster.Main",
              List.of("stack", "--config", stack.config().toString()),
              stack.data().resolve("logs/second.log"));
      assertThat(second.awaitExit(Duration.ofMinutes(3))).isEqualTo(3);
      assertThat(second.log())
          .content()
          .contains("Another process runs zookeeper on the data folder " + stack.data());
      assertThat(HealthCheck.status(stack.port("stack.health-port"))).isEqualTo(200);
    }
  }
}
