package io.anabranch.serving.cells;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.anabranch.serving.ServingSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Answers that are read page by page. All pages of an answer come from the one reading of the
 * stores that its first page made, kept in memory, so a row never comes twice, none is left out and
 * all have the same provenance, whatever is appended or published meanwhile. An answer is given up
 * five minutes after its last page was read, or earlier if memory runs short; the cursor is then
 * refused, and the caller starts again.
 */
public final class Pages {
  /**
   * Where a page begins.
   *
   * @param from index of its first row
   */
  public record Page(Answer answer, int from) {}

  private static final Pattern CURSOR = Pattern.compile("([0-9a-f-]{36})\\.(\\d{1,9})");

  private final Cache<String, Answer> answers;

  public Pages(ServingSettings settings) {
    this.answers =
        Caffeine.newBuilder()
            .maximumWeight(settings.cacheMb() * 1_000_000L / 2)
            .weigher((String id, Answer answer) -> answer.bytes())
            .expireAfterAccess(Duration.ofMinutes(5))
            .build();
  }

  /** The cursor of the page after the first; empty if the first holds all rows. */
  public Optional<String> afterFirst(Answer answer, int limit) {
    if (answer.size() <= limit) {
      return Optional.empty();
    }
    String id = UUID.randomUUID().toString();
    answers.put(id, answer);
    return Optional.of(cursor(id, limit));
  }

  /** The cursor of the page after the one that a cursor named; empty at the end. */
  public Optional<String> after(String cursor, Page page, int limit) {
    int next = page.from() + limit;
    return next >= page.answer().size()
        ? Optional.empty()
        : Optional.of(cursor(decode(cursor).orElseThrow().group(1), next));
  }

  /** The page that a cursor names; empty if it is no cursor, or its answer was given up. */
  public Optional<Page> page(String cursor) {
    return decode(cursor)
        .flatMap(
            parts ->
                Optional.ofNullable(answers.getIfPresent(parts.group(1)))
                    .map(answer -> new Page(answer, Integer.parseInt(parts.group(2)))));
  }

  private static String cursor(String id, int from) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((id + "." + from).getBytes(StandardCharsets.US_ASCII));
  }

  private static Optional<Matcher> decode(String cursor) {
    try {
      Matcher parts =
          CURSOR.matcher(
              new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII));
      return parts.matches() ? Optional.of(parts) : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }
}
