package io.anabranch.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.HttpSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Asks a source for pages, again and again where that may help. */
final class HttpPages {
  private static final DateTimeFormatter MINUTES =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm", Locale.ROOT);

  /** Besides those of a server that is at fault: 500 to 599. */
  private static final Set<Integer> PASSING = Set.of(408, 425, 429);

  /** Who asks to be left alone for longer is asked again at the next poll. */
  private static final Duration LONGEST_ASKED = Duration.ofHours(1);

  private final HttpSource source;
  private final HttpRequests requests;
  private final Backoff backoff;
  private final RandomGenerator random;
  private final Timing timing;
  private final Consumer<String> tell;

  /**
   * The pages of a source.
   *
   * @param tell takes words for the user
   */
  HttpPages(
      HttpSource source,
      HttpRequests requests,
      Backoff backoff,
      RandomGenerator random,
      Timing timing,
      Consumer<String> tell) {
    this.source = source;
    this.requests = requests;
    this.backoff = backoff;
    this.random = random;
    this.timing = timing;
    this.tell = tell;
  }

  /**
   * The address of a page: records with event times from {@code start} to before {@code end}, in
   * whole minutes.
   *
   * @param end empty for no end
   */
  URI address(Instant start, Optional<Instant> end, long offset) {
    StringBuilder query = new StringBuilder("start=").append(encoded(local(start)));
    end.ifPresent(time -> query.append("&end=").append(encoded(local(time))));
    query.append("&sort=").append(encoded(source.sort()));
    query.append("&limit=").append(source.page()).append("&offset=").append(offset);
    return URI.create(source.url() + "?" + query);
  }

  private String local(Instant time) {
    return MINUTES.format(time.atZone(source.zone()));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /**
   * The page, after as many attempts as it takes.
   *
   * @param known what the page was said to be when it was last taken in
   * @throws Problem status 2 if the server says that the request is wrong, 3 if it gives no page
   */
  HttpPage page(URI address, Optional<HttpState.Validator> known) throws IOException {
    for (int failed = 1; ; failed++) {
      String why;
      Optional<Instant> notBefore = Optional.empty();
      try {
        HttpAnswer answer = requests.get(address, known);
        if (answer.status() == 200 || (answer.status() == 304 && known.isPresent())) {
          return answer.status() == 200 ? read(answer) : new HttpPage(List.of(), known.get(), true);
        }
        requirePassing(answer.status());
        why = "it answers with status " + answer.status();
        notBefore = answer.retryAfter();
      } catch (InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        why = e.getMessage();
      } catch (Refusal e) {
        why = "its answer is none: " + e.getMessage();
      }
      await(failed, why, notBefore);
    }
  }

  private void requirePassing(int status) {
    if (!PASSING.contains(status) && status / 100 != 5) {
      throw Problem.badInput(
          "%s answers with status %s, which no other attempt mends: look at 'url', 'sort' and 'authorization' of the source '%s'%s"
              .formatted(
                  source.url(),
                  status,
                  source.name(),
                  status / 100 == 3 ? "; redirects are not followed" : ""));
    }
  }

  private void await(int failed, String why, Optional<Instant> notBefore) throws IOException {
    Duration pause = backoff.pause(failed, random);
    Duration asked =
        notBefore.map(time -> Duration.between(timing.now(), time)).orElse(Duration.ZERO);
    if (failed >= backoff.attempts() || asked.compareTo(LONGEST_ASKED) > 0) {
      throw Problem.unreachable(
          "%s gives no records: %s%s. What was taken stays; the next poll goes on there"
              .formatted(
                  source.url(),
                  why,
                  asked.compareTo(LONGEST_ASKED) > 0
                      ? ", and asks to be left alone until " + notBefore.get()
                      : ", after " + failed + " attempts"));
    }
    Duration longer = asked.compareTo(pause) > 0 ? asked : pause;
    tell.accept(
        "%s: %s; trying again in %.1f s".formatted(source.url(), why, longer.toMillis() / 1000.0));
    timing.pause(longer);
  }

  private static HttpPage read(HttpAnswer answer) throws Refusal {
    JsonNode object = JsonText.object(answer.body().array());
    JsonNode records = object.get("records");
    if (records == null || !records.isArray()) {
      throw new Refusal("records: expected a list");
    }
    JsonNode total = object.path("total");
    List<JsonNode> list = new ArrayList<>();
    records.forEach(list::add);
    return new HttpPage(
        list,
        new HttpState.Validator(
            answer.etag(),
            answer.lastModified(),
            list.size(),
            total.canConvertToLong() ? total.asLong() : -1),
        false);
  }
}
