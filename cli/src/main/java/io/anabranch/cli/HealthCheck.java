package io.anabranch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Asks a process whether it serves. It uses the JDK's plain connection, which keeps the supervisor
 * smaller than the HTTP client does.
 */
final class HealthCheck {
  private static final int TIMEOUT_MS = 2000;

  private HealthCheck() {}

  /** Whether the process answers 200. */
  static boolean isReady(URI health) {
    try {
      HttpURLConnection connection = open(health);
      try {
        return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
      } finally {
        connection.disconnect();
      }
    } catch (IOException notYet) {
      return false;
    }
  }

  /** What a process that serves says of itself; empty if it does not. */
  static Optional<JsonNode> read(URI health) {
    try {
      HttpURLConnection connection = open(health);
      try (var body = connection.getInputStream()) {
        return Optional.of(Json.parse(new String(body.readAllBytes(), StandardCharsets.UTF_8)));
      } finally {
        connection.disconnect();
      }
    } catch (IOException notReady) {
      return Optional.empty();
    }
  }

  private static HttpURLConnection open(URI health) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) health.toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MS);
    connection.setReadTimeout(TIMEOUT_MS);
    return connection;
  }
}
