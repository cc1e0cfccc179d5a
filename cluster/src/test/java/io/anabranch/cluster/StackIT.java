package io.anabranch.cluster;

import static org.assertj.core.api.Assertions.assertThat;

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
      assertThat(written.read()).isEqualTo(Written.everywhere("before"));
      written.write("after");
      stack.killStack();
      stack.startStack();
      assertThat(written.read()).isEqualTo(Written.everywhere("after"));
    }
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
      assertThat(second.awaitExit(Duration.ofSeconds(60))).isEqualTo(3);
      assertThat(second.log())
          .content()
          .contains("Another process runs zookeeper on the data folder " + stack.data());
      assertThat(HealthCheck.status(stack.port("stack.health-port"))).isEqualTo(200);
    }
  }
}
