package io.anabranch.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.runtime.HealthServer.Health;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class HealthServerTest {
  private static HttpResponse<String> get(int port) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health")).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void answersWithWhatTheProcessSays() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    AtomicReference<Health> health = new AtomicReference<>(Health.starting());
    try (HealthServer server = HealthServer.listen(port, health::get)) {
      assertThat(get(port).statusCode()).isEqualTo(503);
      health.set(Health.serving());
      assertThat(get(port).statusCode()).isEqualTo(200);
      assertThat(get(port).body()).isEqualTo("{\"state\": \"ready\"}");
      assertThat(server).isNotNull();
    }
  }

  @Test
  void namesAPortThatIsInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> HealthServer.listen(port, Health::serving))
          .isInstanceOf(Problem.class)
          .hasMessageContaining("Port " + port);
    }
  }
}
