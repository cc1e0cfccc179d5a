package io.anabranch.serving.standing;

import io.anabranch.runtime.Problem;
import io.anabranch.views.Catalog.Applied;
import io.anabranch.views.OffsetRange;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The name of a moment of a dataset: what a reader must know to read the same again. It stands in
 * each answer's provenance as a text that callers pass on as it is. A moment can be read for as
 * long as the stores hold it: its version must be kept, and no delta may have been written so often
 * since then that the older value is gone. That is so for seconds under load, and for hours where
 * little is written; what can no longer be read is refused.
 *
 * @param version number of the published version, 0 for none
 * @param applied how far the speed layer had come
 * @param topic what the topic held, if that could be told
 * @param at when it was, UTC, to the millisecond
 */
public record AsOf(
    String dataset,
    long version,
    Map<Integer, Applied> applied,
    Optional<Map<Integer, OffsetRange>> topic,
    Instant at) {
  private static final Pattern FORM =
      Pattern.compile("1;([^;]+);(\\d+);(-?\\d+);([-\\d:,]*);([\\d:,]*|-)");
  private static final String UNKNOWN = "-";

  public AsOf {
    applied = Map.copyOf(applied);
    topic = topic.map(Map::copyOf);
  }

  static AsOf of(Standing standing) {
    return new AsOf(
        standing.dataset().name(),
        standing.number(),
        standing.applied(),
        standing.topic(),
        standing.at());
  }

  /**
   * Reads what {@link #text} wrote.
   *
   * @throws Problem if it is something else
   */
  public static AsOf parse(String text) {
    try {
      Matcher parts =
          FORM.matcher(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8));
      if (parts.matches()) {
        return new AsOf(
            parts.group(1),
            Long.parseLong(parts.group(2)),
            applied(parts.group(4)),
            parts.group(5).equals(UNKNOWN) ? Optional.empty() : Optional.of(held(parts.group(5))),
            Instant.ofEpochMilli(Long.parseLong(parts.group(3))));
      }
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      // told below, like a text of another form
    }
    throw Problem.badInput(
        "as_of '%s' is no moment: copy as_of of the provenance of an answer".formatted(text));
  }

  private static Map<Integer, Applied> applied(String text) {
    Map<Integer, Applied> applied = new HashMap<>();
    each(
        text,
        (partition, numbers) ->
            applied.put(
                partition, new Applied(numbers[0], numbers[1], Instant.ofEpochMilli(numbers[2]))));
    return applied;
  }

  private static Map<Integer, OffsetRange> held(String text) {
    Map<Integer, OffsetRange> held = new HashMap<>();
    each(
        text,
        (partition, numbers) ->
            held.put(partition, new OffsetRange(partition, numbers[0], numbers[1])));
    return held;
  }

  private static void each(String text, BiConsumer<Integer, long[]> taker) {
    for (String entry : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      String[] numbers = entry.split(":", -1);
      long[] rest = new long[numbers.length - 1];
      for (int i = 0; i < rest.length; i++) {
        rest[i] = Long.parseLong(numbers[i + 1]);
      }
      taker.accept(Integer.valueOf(numbers[0]), rest);
    }
  }

  /** Letters, digits, minus and underscore. */
  public String text() {
    String ends =
        new TreeMap<>(applied)
            .entrySet().stream()
                .map(
                    e ->
                        "%s:%s:%s:%s"
                            .formatted(
                                e.getKey(),
                                e.getValue().from(),
                                e.getValue().end(),
                                e.getValue().appended().toEpochMilli()))
                .collect(Collectors.joining(","));
    String held =
        topic
            .map(
                ranges ->
                    new TreeMap<>(ranges)
                        .values().stream()
                            .map(r -> "%s:%s:%s".formatted(r.partition(), r.from(), r.to()))
                            .collect(Collectors.joining(",")))
            .orElse(UNKNOWN);
    String text = String.join(";", "1", dataset, "" + version, "" + at.toEpochMilli(), ends, held);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
