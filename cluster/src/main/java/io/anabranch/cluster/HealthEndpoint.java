package io.anabranch.cluster;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Answers {@code GET /health} on loopback: 200 once every service is ready, 503 before. */
final class HealthEndpoint {
  private HealthEndpoint() {}

  static void listen(int port, StackSettings settings, Services services) throws IOException {
    Preflight.requireFree("127.0.0.1", port, "the health check", "stack.health-port");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
    server.createContext(
        "/health",
        exchange -> {
          try (exchange) {
            Map<Role, Services.State> states = services.states();
            byte[] body = json(settings, states).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(ready(states) ? 200 : 503, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
  }

  private static boolean ready(Map<Role, Services.State> states) {
    return states.values().stream().allMatch(state -> state == Services.State.READY);
  }

  static String json(StackSettings settings, Map<Role, Services.State> states) {
    String services =
        states.entrySet().stream()
            .map(
                entry ->
                    "{\"service\": \"%s\", \"state\": \"%s\", \"address\": \"%s\"}"
                        .formatted(
                            entry.getKey().label(),
                            entry.getValue().name().toLowerCase(Locale.ROOT),
                            settings.address(entry.getKey().endpoints().get(0))))
            .collect(Collectors.joining(", "));
    boolean failed = states.containsValue(Services.State.FAILED);
    String state = ready(states) ? "ready" : failed ? "failed" : "starting";
    return "{\"state\": \"" + state + "\", \"services\": [" + services + "]}";
  }
}
