package io.anabranch.ingest;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * Bootstrap servers, asked the one question that Kafka's clients never answer: does anybody listen?
 * They retry in silence, so that without it a stopped broker looks like a slow one.
 *
 * @param bootstrap {@code host:port,...}
 */
record KafkaAddress(String bootstrap) {
  private static final int CONNECT_MS = 10_000;

  /**
   * Returns if one of the servers takes a connection.
   *
   * @throws Problem status 3 if none does
   */
  void requireListener() {
    IOException last = null;
    for (String server : bootstrap.split(",", -1)) {
      int colon = server.lastIndexOf(':');
      try (Socket socket = new Socket()) {
        socket.connect(
            new InetSocketAddress(
                server.substring(0, Math.max(0, colon)).strip(),
                Integer.parseInt(server.substring(colon + 1).strip())),
            CONNECT_MS);
        return;
      } catch (IOException e) {
        last = e;
      } catch (IllegalArgumentException e) {
        throw Problem.badInput(
            "platform.kafka: expected host:port,... but found '" + bootstrap + "'", e);
      }
    }
    throw Problem.unreachable(
        "Kafka does not answer at " + bootstrap + ": start it with './anabranch up'", last);
  }
}
