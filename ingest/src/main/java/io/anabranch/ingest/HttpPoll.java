package io.anabranch.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.FieldType;
import io.anabranch.schemas.HttpSource;
import io.anabranch.schemas.Wire;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.avro.generic.GenericRecord;

/**
 * Takes in what a source has, slice by slice of event time and page by page, from an overlap before
 * the newest record on. A record that was taken with the same content is a repeat; one whose
 * content changed is sent, and the dataset's identity decides what that means. After each page,
 * once it is acknowledged, the state is written; a poll that is cut off anywhere is gone on with.
 */
final class HttpPoll {
  /** How often a slice is read that changes while it is read; the next poll reads it again. */
  private static final int MOST_READINGS = 3;

  /** The pages that the next poll may ask for again, unless they are very many. */
  private static final int MOST_VALIDATORS = 1000;

  private final HttpSource source;
  private final Dataset dataset;
  private final HttpPages pages;
  private final Destination destination;
  private final SourceState<HttpState> state;
  private final Timing timing;
  private final LoadCounts counts;
  private final Consumer<String> tell;
  private final RecordEncoder encoder;
  private final RecordHash hash = new RecordHash();
  private final JsonRecord mapping;
  private final Map<String, Long> taken = new HashMap<>();
  private Map<String, HttpState.Validator> validators = Map.of();
  private SentBefore sent = SentBefore.nothing();
  private Map<Integer, Long> ends;
  private Instant newest;
  private Instant sliceEnd;

  /**
   * A poller that goes on where the state says.
   *
   * @param tell takes words for the user
   */
  HttpPoll(
      Dataset dataset,
      HttpSource source,
      HttpPages pages,
      Destination destination,
      SourceState<HttpState> state,
      Timing timing,
      LoadCounts counts,
      Consumer<String> tell) {
    this.source = source;
    this.dataset = dataset;
    this.pages = pages;
    this.destination = destination;
    this.state = state;
    this.timing = timing;
    this.counts = counts;
    this.tell = tell;
    this.encoder = new RecordEncoder(dataset);
    this.mapping = new JsonRecord(dataset, source.columns());
  }

  /** Remembers what was taken, if the log is still the one that took it. */
  void resume() throws IOException {
    Optional<HttpState> before = state.read().filter(found -> found.origin().equals(origin()));
    if (before.isEmpty()) {
      write();
      return;
    }
    HttpState found = before.get();
    newest = found.newest();
    taken.putAll(found.taken());
    validators = found.validators();
    ends = found.ends();
    sent = SentBefore.since(ends, source.name(), destination, tell);
  }

  /**
   * Takes in all that the source has, from an overlap before what was reached on.
   *
   * @param since the event time to begin with instead; empty for where the last poll was
   * @throws io.anabranch.runtime.Problem status 2 or 3 as {@link HttpPages#page} says
   */
  void poll(Optional<Instant> since) throws IOException {
    Instant start = minute(since.orElseGet(this::begin));
    if (since.isEmpty()) {
      forgetBefore(start);
    }
    Map<String, HttpState.Validator> current = new LinkedHashMap<>();
    for (boolean last = false; !last; ) {
      Instant end = start.plus(source.slice());
      last = !end.isBefore(timing.now());
      sliceEnd = last ? timing.now() : end;
      current.putAll(slice(start, last ? Optional.empty() : Optional.of(end)));
      current.keySet().retainAll(newestOf(current.keySet()));
      start = end;
      forgetBefore(start);
    }
    validators = current;
    sent = SentBefore.nothing();
    ends = null;
    write();
  }

  /** What neither the slices from then on nor the next poll will meet again. */
  private void forgetBefore(Instant start) {
    Instant next = minute(begin());
    long oldest = (next.isBefore(start) ? next : start).toEpochMilli();
    taken.values().removeIf(time -> time < oldest);
  }

  /** APIs are asked for whole minutes. */
  private static Instant minute(Instant time) {
    return time.truncatedTo(ChronoUnit.MINUTES);
  }

  private static Set<String> newestOf(Set<String> pages) {
    return pages.stream()
        .skip(Math.max(0, pages.size() - MOST_VALIDATORS))
        .collect(Collectors.toSet());
  }

  private Instant begin() {
    Instant begin = newest == null ? source.from() : newest.minus(source.overlap());
    return begin.isBefore(source.from()) ? source.from() : begin;
  }

  /** Reads a slice until its records stay in their places from the first page to the last. */
  private Map<String, HttpState.Validator> slice(Instant start, Optional<Instant> end)
      throws IOException {
    Map<String, HttpState.Validator> read = new LinkedHashMap<>();
    for (int reading = 1; ; reading++) {
      read.clear();
      if (isWhole(start, end, read) || reading == MOST_READINGS) {
        return read;
      }
      tell.accept(source.name() + " changed while its pages were read: reading them again");
    }
  }

  private boolean isWhole(
      Instant start, Optional<Instant> end, Map<String, HttpState.Validator> read)
      throws IOException {
    long total = -1;
    for (long offset = 0; ; ) {
      URI address = pages.address(start, end, offset);
      String name = address.getRawQuery();
      HttpPage page = pages.page(address, Optional.ofNullable(validators.get(name)));
      take(page, address, offset);
      read.put(name, page.validator());
      int records = page.validator().records();
      boolean moved = offset > 0 && page.validator().total() != total;
      total = page.validator().total();
      offset += records;
      if (moved) {
        return false;
      } else if (records == 0 || (total < 0 ? records < source.page() : offset >= total)) {
        return true;
      }
    }
  }

  private void take(HttpPage page, URI address, long offset) throws IOException {
    if (page.unchanged() || page.records().isEmpty()) {
      return;
    }
    long line = offset;
    for (JsonNode record : page.records()) {
      line++;
      take(record, address, line);
    }
    write();
  }

  private void take(JsonNode record, URI address, long line) throws IOException {
    try {
      GenericRecord datum = mapping.of(record);
      byte[] value = encoder.value(datum);
      Instant time = eventTime(datum);
      if (!isNew(value, time.toEpochMilli())) {
        counts.repeat();
      } else if (sent.contains(value)) {
        counts.accept();
      } else if (destination.sendOnce(datum, value)) {
        counts.send();
        counts.accept();
      } else {
        counts.repeat();
      }
      newest = later(newest, time.isAfter(sliceEnd) ? sliceEnd : time);
    } catch (Refusal refusal) {
      byte[] text = record.toString().getBytes(StandardCharsets.UTF_8);
      // As long as it is met, it is kept in mind: it is told and kept once.
      if (isNew(text, sliceEnd.toEpochMilli())) {
        counts.reject(refusal.reason());
        destination.refuse(text, source.url().toString(), line, refusal);
        tell.accept(address + " record " + line + ": " + refusal.getMessage());
      } else {
        counts.repeat();
      }
    }
  }

  /** A time behind the slice, of the year 2099 perhaps, must not make the next poll skip years. */
  private static Instant later(Instant one, Instant other) {
    return one == null || one.isBefore(other) ? other : one;
  }

  private boolean isNew(byte[] content, long timeMs) {
    return taken.put(hash.hexOf(content), timeMs) == null;
  }

  private Instant eventTime(GenericRecord datum) throws Refusal {
    Object value = datum.get(dataset.eventTime());
    if (value == null) {
      throw new Refusal(dataset.eventTime() + ": expected the event time but found none");
    }
    return dataset.fields().get(dataset.eventTime()).kind() == FieldType.Kind.DATE
        ? Instant.EPOCH.plus(Duration.ofDays((Integer) value))
        : Instant.ofEpochMilli((Long) value);
  }

  /**
   * Once all that was sent is acknowledged. Until a poll is through, what an earlier one sent
   * before it died may lie ahead: the ends of then are kept, or a second death would forget it.
   */
  private void write() throws IOException {
    destination.finish();
    state.write(
        new HttpState(
            origin(), newest, taken, validators, ends == null ? destination.ends() : ends));
  }

  private String origin() {
    return String.join(
        "\n",
        destination.logId(),
        source.url().toString(),
        source.columns().toString(),
        Long.toHexString(Wire.fingerprint(dataset.schema())));
  }
}
