package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class KafkaAddressTest {
  @Test
  void oneServerThatListensIsEnoughAndNoneIsToldWithTheNextStep() throws Exception {
    int port;
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = listening.getLocalPort();
      assertThatCode(() -> new KafkaAddress("127.0.0.1:1, 127.0.0.1:" + port).requireListener())
          .doesNotThrowAnyException();
    }
    assertThatThrownBy(() -> new KafkaAddress("127.0.0.1:" + port).requireListener())
        .hasMessageContaining("./anabranch up");
    assertThatThrownBy(() -> new KafkaAddress("localhost").requireListener())
        .hasMessageContaining("host:port");
  }
}
