package io.anabranch.ingest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server of prices by hour and area that fails as it is told to. */
final class EnergyApi implements AutoCloseable {
  /** What it does instead of answering. */
  @FunctionalInterface
  interface Failure {
    void happen(HttpExchange exchange, byte[] answer) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Map<String, String> records = new TreeMap<>();
  private final Deque<Failure> failures = new ArrayDeque<>();
  private final List<String> queries = new ArrayList<>();
  private final List<String> authorizations = new ArrayList<>();
  private Runnable afterPage = () -> {};
  private int unchanged;

  EnergyApi() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.setExecutor(threads);
    server.createContext("/dataset/Elspotprices", this::handle);
    server.start();
  }

  URI url() {
    return URI.create(
        "http://127.0.0.1:" + server.getAddress().getPort() + "/dataset/Elspotprices");
  }

  /** Sets a price, of which there is one an hour and area. */
  synchronized void put(String hour, String area, String price) {
    records.put(
        hour + " " + area,
        "{\"HourUTC\":\"%s\",\"PriceArea\":\"%s\",\"SpotPriceDKK\":%s,\"SpotPriceEUR\":null}"
            .formatted(hour, area, price));
  }

  synchronized void remove(String hour, String area) {
    records.remove(hour + " " + area);
  }

  synchronized int size() {
    return records.size();
  }

  synchronized void fail(Failure failure) {
    failures.add(failure);
  }

  synchronized void afterPage(Runnable action) {
    afterPage = action;
  }

  synchronized List<String> queries() {
    return List.copyOf(queries);
  }

  synchronized List<String> authorizations() {
    return List.copyOf(authorizations);
  }

  /** How often it answered that nothing changed. */
  synchronized int unchanged() {
    return unchanged;
  }

  static Failure status(int status, String... header) {
    return (exchange, answer) -> {
      if (header.length == 2) {
        exchange.getResponseHeaders().set(header[0], header[1]);
      }
      exchange.sendResponseHeaders(status, -1);
    };
  }

  /** The connection is cut in the middle of the body. */
  static Failure cut() {
    return (exchange, answer) -> {
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer, 0, answer.length / 2);
      exchange.getResponseBody().flush();
    };
  }

  static Failure body(String text) {
    return (exchange, answer) -> {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  /** The body stops half way and nothing else comes. */
  Failure stall() {
    return (exchange, answer) -> {
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer, 0, answer.length / 2);
      exchange.getResponseBody().flush();
      try {
        closing.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] answer = answer(exchange.getRequestURI().getRawQuery());
      Failure failure = next(exchange);
      if (failure != null) {
        failure.happen(exchange, answer);
        return;
      }
      String tag = "\"" + Integer.toHexString(java.util.Arrays.hashCode(answer)) + "\"";
      exchange.getResponseHeaders().set("ETag", tag);
      if (tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
        count304();
        exchange.sendResponseHeaders(304, -1);
      } else {
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
      }
      act();
    }
  }

  private synchronized void count304() {
    unchanged++;
  }

  private synchronized void act() {
    afterPage.run();
  }

  private synchronized Failure next(HttpExchange exchange) {
    queries.add(exchange.getRequestURI().getRawQuery());
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    if (authorization != null) {
      authorizations.add(authorization);
    }
    return failures.poll();
  }

  private synchronized byte[] answer(String query) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      parameters.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    LocalDateTime start = LocalDateTime.parse(parameters.get("start"));
    LocalDateTime end = LocalDateTime.parse(parameters.getOrDefault("end", "9999-01-01T00:00"));
    List<String> found = new ArrayList<>();
    records.forEach(
        (key, record) -> {
          LocalDateTime hour = LocalDateTime.parse(key.substring(0, key.indexOf(' ')));
          if (!hour.isBefore(start) && hour.isBefore(end)) {
            found.add(record);
          }
        });
    int from = Math.min(found.size(), Integer.parseInt(parameters.get("offset")));
    int to = Math.min(found.size(), from + Integer.parseInt(parameters.get("limit")));
    String json =
        "{\"total\":%d,\"dataset\":\"Elspotprices\",\"records\":[%s]}"
            .formatted(found.size(), String.join(",", found.subList(from, to)));
    return json.getBytes(StandardCharsets.UTF_8);
  }

  /** An hour as the server writes it. */
  static String hour(long hours) {
    return LocalDateTime.of(2026, 1, 1, 0, 0).plusHours(hours).toString() + ":00";
  }

  /** The same as an instant. */
  static java.time.Instant instant(long hours) {
    return LocalDateTime.of(2026, 1, 1, 0, 0).plusHours(hours).toInstant(ZoneOffset.UTC);
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
