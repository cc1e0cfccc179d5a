package io.anabranch.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
import java.util.Optional;
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

  private final Optional<Token> token;

  private Rest(URI base, Optional<Token> token) {
    this.base = base;
    this.token = token;
  }

  /**
   * The serving layer of an instance, asked with the token that there is.
   *
   * @throws Problem status 2 if others may read the token's file
   */
  static Rest of(Instance instance) {
    return new Rest(instance.platform().serving(), Token.of(instance, System.getenv()));
  }

  private HttpRequest.Builder request(URI address) {
    HttpRequest.Builder request = HttpRequest.newBuilder(address);
    token.ifPresent(shown -> request.header("Authorization", shown.header()));
    return request;
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
    return send(request(uri(path, parameters)).GET());
  }

  private URI uri(String path, List<Map.Entry<String, String>> parameters) {
    String query =
        parameters.stream()
            .map(p -> encoded(p.getKey()) + "=" + encoded(p.getValue()))
            .collect(Collectors.joining("&"));
    return base.resolve(query.isEmpty() ? path : path + "?" + query);
  }

  /** Asks serving to do something. Problems as in {@link #get}. */
  JsonNode post(String path) {
    return send(request(base.resolve(path)).POST(BodyPublishers.noBody()));
  }

  /** Asks serving to remove something. Problems as in {@link #get}. */
  JsonNode delete(String path) {
    return send(request(base.resolve(path)).DELETE());
  }

  /**
   * Copies a text as it comes, which may take as long as what it tells of. Problems as in {@link
   * #get}.
   */
  void copy(String path, List<Map.Entry<String, String>> parameters, OutputStream out) {
    HttpRequest request = request(uri(path, parameters)).GET().build();
    try {
      HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
      try (InputStream in = response.body()) {
        if (response.statusCode() / 100 != 2) {
          throw problem(
              response.statusCode(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        byte[] buffer = new byte[8 << 10];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          out.write(buffer, 0, read);
          out.flush();
        }
      }
    } catch (IOException e) {
      throw away(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.unreachable("Interrupted while waiting for " + base, e);
    }
  }

  /** Sends something with the request. Problems as in {@link #get}. */
  JsonNode post(String path, JsonNode body) {
    return send(
        request(base.resolve(path))
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
      throw away(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.unreachable("Interrupted while waiting for " + base, e);
    }
    if (response.statusCode() / 100 == 2) {
      return parsed(response.body());
    }
    throw problem(response.statusCode(), response.body());
  }

  private Problem away(IOException e) {
    return Problem.unreachable(
        "The serving layer does not answer at " + base + ": start it with ./anabranch up", e);
  }

  private static Problem problem(int status, String body) {
    String detail = detail(status, body);
    return switch (status) {
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

  private static String detail(int status, String body) {
    String fallback = "status " + status + " " + body.strip();
    try {
      JsonNode problem = Json.parse(body);
      String detail = problem.path("detail").asText("");
      return detail.isEmpty() ? problem.path("title").asText(fallback) : detail;
    } catch (JsonProcessingException noProblemJson) {
      return fallback;
    }
  }
}
