package io.anabranch.runtime;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * Answers {@code GET /health} on loopback: 200 once the process serves, 503 before, each with the
 * JSON object that the process supplies.
 */
public final class HealthServer implements AutoCloseable {
  /**
   * What a process says of itself.
   *
   * @param ready whether it serves
   * @param json one JSON object with at least {@code "state"}
   */
  public record Health(boolean ready, String json) {
    /** Not yet serving. */
    public static Health starting() {
      return new Health(false, "{\"state\": \"starting\"}");
    }

    /** Serving, with nothing more to say. */
    public static Health serving() {
      return new Health(true, "{\"state\": \"ready\"}");
    }
  }

  private final HttpServer server;

  private HealthServer(HttpServer server) {
    this.server = server;
  }

  /**
   * Listens at once.
   *
   * @throws Problem if the port is in use
   */
  public static HealthServer listen(int port, Supplier<Health> health) {
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
    } catch (IOException e) {
      throw Problem.unreachable(
          "Port " + port + " for the health check cannot be opened: " + e.getMessage(), e);
    }
    server.createContext(
        "/health",
        exchange -> {
          try (exchange) {
            Health now = health.get();
            byte[] body = now.json().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(now.ready() ? 200 : 503, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
    return new HealthServer(server);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
