package io.anabranch.speed;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.runtime.HealthServer.Health;
import io.anabranch.views.OffsetRange;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SpeedHealthTest {
  private final StreamStatus orders = new StreamStatus("orders", Clock.systemUTC());
  private final StreamStatus trips = new StreamStatus("trips", Clock.systemUTC());

  private Health health() {
    return SpeedHealth.of(SpeedSettings.Mode.REAL_TIME, List.of(orders, trips));
  }

  @Test
  void isReadyOnceAllStreamsRun() {
    orders.running(true);
    assertThat(health().ready()).isFalse();
    trips.running(true);
    assertThat(health().ready()).isTrue();
    assertThat(health().json()).startsWith("{\"state\":\"ready\",\"mode\":\"real-time\"");
  }

  @Test
  void tellsWhyAStreamWaitsAndHowOftenItWasRestarted() {
    orders.running(true);
    orders.failed("HBase is away");
    orders.restarted();
    orders.failed("HBase is still away");
    assertThat(health().json())
        .contains("\"problem\":\"HBase is still away\"")
        .contains("\"restarts\":1");
  }

  @Test
  void showsWhatTheTopicNoLongerHad() {
    orders.gap(new OffsetRange(1, 10, 25));
    orders.gap(new OffsetRange(1, 10, 25));
    orders.applied(1, 25);
    assertThat(health().json())
        .contains("\"gaps\":[{\"partition\":1,\"from\":10,\"to\":25}]")
        .contains("\"applied\":{\"1\":25}");
  }
}
