package io.anabranch.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.runtime.Problem;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

final class SpeedLayerTest {
  private final StreamStatus status = new StreamStatus("trips", Clock.systemUTC());

  @Test
  void triesUntilTheServiceAnswers() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Supplier<String> awayAtFirst =
        () -> {
          if (calls.incrementAndGet() == 1) {
            throw Problem.unreachable("HBase is away");
          }
          return "connected";
        };

    assertThat(SpeedLayer.connect(awayAtFirst, List.of(status))).isEqualTo("connected");
    assertThat(calls).hasValue(2);
    assertThat(status.problem()).isEqualTo("HBase is away");
  }

  @Test
  void doesNotTryBadInputAgain() {
    Supplier<String> refusing =
        () -> {
          throw Problem.badInput("no address");
        };

    assertThatThrownBy(() -> SpeedLayer.connect(refusing, List.of(status)))
        .isInstanceOf(Problem.class)
        .hasMessage("no address");
  }
}
