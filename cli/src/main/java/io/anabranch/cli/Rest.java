package io.anabranch.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Speaks to serving: JSON, with errors as problem+json. */
final class Rest {
  /** A verification recomputes everything; it may take long. */
  private static final Duration PATIENCE = Duration.ofMinutes(65);

  private final URI base;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  Rest(URI base) {
    this.base = base;
  }

  /**
   * Reads a resource.
   *
   * @param path below the base address, segments encoded
   * @param parameters names and values, a name may stand several times
   * @throws Problem status 1 if what was asked failed, 2 if serving refuses the request, 3 if it
   *     does not answer
   */
  JsonNode get(String path, List<Map.Entry<String, String>> parameters) {
    String query =
        parameters.stream()
            .map(p -> encoded(p.getKey()) + "=" + encoded(p.getValue()))
            .collect(Collectors.joining("&"));
    URI uri = base.resolve(query.isEmpty() ? path : path + "?" + query);
    return send(HttpRequest.newBuilder(uri).GET());
  }

  /** Asks serving to do something. Problems as in {@link #get}. */
  JsonNode post(String path) {
    return send(HttpRequest.newBuilder(base.resolve(path)).POST(BodyPublishers.noBody()));
  }

  /** Sends something with the request. Problems as in {@link #get}. */
  JsonNode post(String path, JsonNode body) {
    return send(
        HttpRequest.newBuilder(base.resolve(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(Json.line(body))));
  }

  /** A text as one segment of a path or as a parameter. */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private JsonNode send(HttpRequest.Builder request) {
    HttpResponse<String> response;
    try {
      response =
          client.send(
              request.timeout(PATIENCE).header("Accept", "application/json").build(),
              BodyHandlers.ofString());
    } catch (IOException e) {
      throw Problem.unreachable(
          "The serving layer does not answer at " + base + ": start it with ./anabranch up", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.unreachable("Interrupted while waiting for " + base, e);
    }
    if (response.statusCode() / 100 == 2) {
      return parsed(response.body());
    }
    String detail = detail(response);
    throw switch (response.statusCode()) {
      case 500 -> Problem.failed(detail);
      case 502, 503, 504 -> Problem.unreachable("The serving layer is not ready: " + detail);
      default -> Problem.badInput(detail);
    };
  }

  private JsonNode parsed(String body) {
    try {
      return Json.parse(body);
    } catch (JsonProcessingException e) {
      throw Problem.unreachable(
          base + " answered something else than JSON: does another program listen there?", e);
    }
  }

  private static String detail(HttpResponse<String> response) {
    String fallback = "status " + response.statusCode() + " " + response.body().strip();
    try {
      JsonNode problem = Json.parse(response.body());
      String detail = problem.path("detail").asText("");
      return detail.isEmpty() ? problem.path("title").asText(fallback) : detail;
    } catch (JsonProcessingException noProblemJson) {
      return fallback;
    }
  }
}
