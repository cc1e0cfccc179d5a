package io.anabranch.ingest;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.HttpSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends requests to one source: not faster than it allows, each with a limit of time and of bytes.
 * Redirects are not followed, so that a secret goes to the address that was declared and to no
 * other.
 */
final class HttpRequests {
  static final int MOST_BYTES = 32 << 20;
  static final Duration LONGEST = Duration.ofSeconds(60);

  private static final Duration CONNECT = Duration.ofSeconds(10);

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .version(HttpClient.Version.HTTP_1_1)
          .build();
  private final Duration gap;
  private final Duration longest;
  private final int mostBytes;
  private final Optional<String> authorization;
  private final Timing timing;
  private Instant next = Instant.MIN;

  /**
   * Requests to a source.
   *
   * @param longest how long one answer may take, body and all
   * @param mostBytes how large a body may be
   * @param environment where secrets stand
   * @throws Problem status 2 if the variable that the source names is not set
   */
  HttpRequests(
      HttpSource source,
      Duration longest,
      int mostBytes,
      Map<String, String> environment,
      Timing timing) {
    this.gap = source.gap();
    this.longest = longest;
    this.mostBytes = mostBytes;
    this.timing = timing;
    this.authorization = source.authorization().map(variable -> secret(variable, environment));
  }

  private static String secret(String variable, Map<String, String> environment) {
    String secret = environment.get(variable);
    if (secret == null || secret.isBlank()) {
      throw Problem.badInput(
          "The environment variable "
              + variable
              + " is not set: the source wants its value as the header Authorization");
    }
    return secret;
  }

  /**
   * Sends one request and returns the whole answer.
   *
   * @param known by which the server can tell that nothing has changed
   * @throws IOException if there is no whole answer in time
   */
  HttpAnswer get(URI address, Optional<HttpState.Validator> known) throws IOException {
    timing.pause(Duration.between(timing.now(), next.isBefore(timing.now()) ? timing.now() : next));
    next = timing.now().plus(gap);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address).timeout(longest).header("Accept", "application/json");
    authorization.ifPresent(value -> request.header("Authorization", value));
    known
        .map(HttpState.Validator::etag)
        .filter(tag -> !tag.isEmpty())
        .ifPresent(tag -> request.header("If-None-Match", tag));
    known
        .map(HttpState.Validator::lastModified)
        .filter(time -> !time.isEmpty())
        .ifPresent(time -> request.header("If-Modified-Since", time));
    HttpResponse<byte[]> response = whole(request.build());
    return new HttpAnswer(
        response.statusCode(),
        response
            .headers()
            .firstValue("Retry-After")
            .flatMap(value -> RetryAfter.parse(value, timing.now())),
        response.headers().firstValue("ETag").orElse(""),
        response.headers().firstValue("Last-Modified").orElse(""),
        ByteBuffer.wrap(response.body()));
  }

  /** The client's own limit ends with the headers: a body may be as slow as it likes. */
  private HttpResponse<byte[]> whole(HttpRequest request) throws IOException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request, headers -> new BoundedBody(mostBytes));
    try {
      return answer.get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new IOException("it has not answered within " + longest.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      Throwable why = e.getCause();
      throw new IOException(why.getMessage() == null ? why.toString() : why.getMessage(), why);
    } catch (CancellationException e) {
      throw new IOException("the request was cancelled", e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for an answer");
    }
  }
}
