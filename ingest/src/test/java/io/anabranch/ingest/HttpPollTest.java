package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.HttpSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A source that is polled over a real connection, with a server that fails in many ways. */
class HttpPollTest {
  private static final Dataset READINGS = Fixtures.DATASETS.named("energy_readings");
  private static final HttpSource DECLARED = READINGS.sources(HttpSource.class).get(0);
  private static final Duration LONGEST = Duration.ofSeconds(4);
  private static final int MOST_BYTES = 200_000;
  private static final int PAGE = 20;
  private static final int ATTEMPTS = 8;
  private static final int HOURS = 24 * 20;

  @TempDir private Path folder;
  private final MemoryLog log = new MemoryLog(READINGS, "topic-1");
  private final List<String> told = new ArrayList<>();
  private final SteppingTime time = new SteppingTime(EnergyApi.instant(HOURS));
  private EnergyApi api;
  private Map<String, String> environment = Map.of();

  @BeforeEach
  void start() throws IOException {
    api = new EnergyApi();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void allRecordsAreTakenOnceWhateverTheServerDoesInBetween() throws Exception {
    fill(0, HOURS);
    for (EnergyApi.Failure failure :
        List.of(
            EnergyApi.status(429, "Retry-After", "7"),
            EnergyApi.cut(),
            EnergyApi.status(520),
            api.stall(),
            EnergyApi.body("<html>busy</html>"),
            EnergyApi.body("{\"total\": 1}"),
            EnergyApi.status(503, "Retry-After", httpDate(time.now().plusSeconds(900))))) {
      api.fail(failure);
    }

    LoadCounts counts = poll();

    assertThat(counts.accepted()).isEqualTo(HOURS);
    assertLogHoldsEachValueOnce(HOURS);
    assertThat(told).hasSize(7).allMatch(words -> words.contains("trying again in"));
    assertThat(time.pauses()).anyMatch(pause -> pause.toSeconds() == 7);
    assertThat(time.pauses()).anyMatch(pause -> pause.toSeconds() > 800);
  }

  @Test
  void aCorrectionWithinTheOverlapIsTakenAndNothingElseIsSentAgain() throws Exception {
    fill(0, HOURS);
    poll();
    api.put(EnergyApi.hour(HOURS - 5), "DK1", "1000.5");
    api.put(EnergyApi.hour(3), "DK1", "1000.5");
    fill(HOURS, HOURS + 3);
    time.pause(Duration.ofHours(3));

    LoadCounts counts = poll();

    assertThat(counts.sent()).isEqualTo(4);
    assertThat(counts.repeats()).isEqualTo(Duration.ofDays(7).toHours());
    assertLogHoldsEachValueOnce(HOURS + 4);
    // What was corrected before the overlap is taken by asking for it.
    assertThat(poll(Optional.of(EnergyApi.instant(0))).sent()).isPositive();
    assertThat(new HashSet<>(log.sorted())).hasSize(HOURS + 5);
  }

  @Test
  void whatHasNotChangedIsAskedForByItsTagAndNotReadAgain() throws Exception {
    fill(0, HOURS);
    poll();
    int before = api.unchanged();
    poll();
    LoadCounts counts = poll();

    assertThat(api.unchanged()).isGreaterThan(before);
    assertThat(counts.read()).isZero();
    assertLogHoldsEachValueOnce(HOURS);
  }

  @Test
  void aLongPollRemembersNoMoreThanWillBeMetAgain() throws Exception {
    fill(0, HOURS);
    log.dieAfterAcknowledgements(HOURS / PAGE);
    assertThatThrownBy(this::poll).isInstanceOf(MemoryLog.Death.class);

    try (SourceState<HttpState> state = state()) {
      Duration longest = source().overlap().plus(source().slice());
      assertThat(state.read().orElseThrow().taken())
          .hasSizeLessThanOrEqualTo((int) longest.toHours());
    }
    log.dieAfterAcknowledgements(Long.MAX_VALUE);
    poll();
    assertLogHoldsEachValueOnce(HOURS);
  }

  @Test
  void anEmptySourceIsAskedAgainFromTheSameTimeOn() throws Exception {
    assertThat(poll().read()).isZero();
    fill(0, 5);
    assertThat(poll().sent()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void killedAnywhereWhileRecordsChangeEachIsSentOnce(long seed) throws Exception {
    Random random = new Random(seed);
    Set<String> published = new HashSet<>();
    IntConsumer publish =
        hour -> {
          String price = Integer.toString(random.nextInt(1_000_000));
          api.put(EnergyApi.hour(hour), "DK1", price);
          published.add(hour + " " + price);
        };
    int hours = 200;
    int deaths = 0;
    for (int hour = 0; hour < hours; hour++) {
      publish.accept(hour);
    }
    for (int round = 0; round < 12; round++) {
      log.dieAfter(1 + random.nextInt(90));
      log.dieAfterAcknowledgements(1 + random.nextInt(9));
      try {
        poll();
        // All that stands there now was taken, so that another price is a correction.
        publish.accept(hours++);
        publish.accept(hours - 1 - random.nextInt(100));
      } catch (MemoryLog.Death e) {
        deaths++;
      }
      if (random.nextInt(3) == 0) {
        api.fail(random.nextBoolean() ? EnergyApi.cut() : EnergyApi.status(502));
      }
    }
    log.dieAfter(Long.MAX_VALUE);
    log.dieAfterAcknowledgements(Long.MAX_VALUE);
    poll();

    assertThat(deaths).isPositive();
    assertLogHoldsEachValueOnce(published.size());
  }

  @Test
  void recordsThatMoveWhilePagesAreReadAreFoundByReadingAgain() throws Exception {
    fill(0, 3 * PAGE);
    int[] pages = {0};
    api.afterPage(
        () -> {
          pages[0]++;
          if (pages[0] == 2) {
            api.remove(EnergyApi.hour(0), "DK1");
          }
        });

    poll();

    assertLogHoldsEachValueOnce(3 * PAGE);
    assertThat(told).anyMatch(words -> words.contains("reading them again"));
  }

  @Test
  void aRecordThatIsNoneIsRefusedOnceAndOneOfAFarFutureSkipsNothing() throws Exception {
    api.put(EnergyApi.hour(0), "DK1", "\"dear\"");
    api.put(EnergyApi.hour(24L * 365 * 50), "DK1", "1");
    fill(1, 10);
    assertThat(poll().tally().reasons()).containsOnlyKeys("spot_price: expected a number");
    fill(HOURS - 10, HOURS);
    LoadCounts counts = poll();

    assertThat(counts.rejected()).isZero();
    assertThat(log.refused()).singleElement().extracting(MemoryLog.Refused::line).isEqualTo(1L);
    assertLogHoldsEachValueOnce(20);
  }

  @Test
  void whatNoOtherAttemptMendsEndsAtOnceWithTheNextStep() {
    api.fail(EnergyApi.status(404));
    assertProblem(ExitStatus.BAD_INPUT, "answers with status 404", "look at 'url'");
    api.fail(EnergyApi.status(302, "Location", "http://127.0.0.1:1/"));
    assertProblem(ExitStatus.BAD_INPUT, "redirects are not followed");
    api.fail(EnergyApi.status(429, "Retry-After", "7200"));
    assertProblem(ExitStatus.UNREACHABLE, "asks to be left alone until");
    api.close();
    assertProblem(ExitStatus.UNREACHABLE, "after 8 attempts");
  }

  @Test
  void anAnswerThatIsTooLargeIsNotTakenIn() {
    for (int i = 0; i < ATTEMPTS; i++) {
      api.fail(EnergyApi.body("{\"records\": [" + " ".repeat(MOST_BYTES) + "]}"));
    }
    assertProblem(ExitStatus.UNREACHABLE, "has more than " + MOST_BYTES + " bytes");
  }

  @Test
  void aSecretComesFromTheEnvironmentAndIsNeverTold() throws Exception {
    fill(0, 3);
    api.fail(EnergyApi.status(500));
    environment = Map.of("PRICES_TOKEN", "Bearer x9");
    poll();
    assertThat(api.authorizations()).containsOnly("Bearer x9");
    assertThat(api.queries()).noneMatch(query -> query.contains("x9"));
    assertThat(told).noneMatch(words -> words.contains("x9"));
    environment = Map.of("OTHER", "x");
    assertProblem(ExitStatus.BAD_INPUT, "PRICES_TOKEN is not set");
  }

  @Test
  void aLaterPollSendsWhatALogThatWasAwayDidNotTake() throws Exception {
    fill(0, HOURS);
    LossyLog lossy = new LossyLog(log, 30);
    Queue<Supplier<Destination>> openings =
        new ArrayDeque<>(
            List.of(
                () -> {
                  throw Problem.unreachable("away");
                },
                () -> lossy,
                () -> log));
    try (SourceState<HttpState> state = state();
        HttpPolls polls =
            new HttpPolls(
                () -> openings.remove().get(), into -> poller(into, state, new LoadCounts()))) {
      assertThatThrownBy(() -> polls.poll(Optional.empty())).hasMessage("away");
      assertThatThrownBy(() -> polls.poll(Optional.empty())).hasMessage(LossyLog.LOST);
      assertThat(lossy.isClosed()).isTrue();
      polls.poll(Optional.empty());
      polls.poll(Optional.empty());
    }

    assertLogHoldsEachValueOnce(HOURS);
  }

  @Test
  void requestsKeepTheirDistance() throws Exception {
    fill(0, 3 * PAGE);
    Instant begun = time.now();
    poll();
    Duration least = Duration.ofMillis(250).multipliedBy(api.queries().size() - 1L);
    assertThat(Duration.between(begun, time.now())).isGreaterThanOrEqualTo(least);
  }

  @Test
  void pausesAreARandomPartOfALimitThatDoubles() {
    Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), 10);
    Random random = new Random(3);
    for (int failed = 1; failed < 70; failed++) {
      Duration limit = Duration.ofSeconds(failed > 5 ? 30 : 1L << (failed - 1));
      assertThat(backoff.pause(failed, random)).isBetween(Duration.ZERO, limit);
    }
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    assertThat(RetryAfter.parse(" 120 ", now)).contains(now.plusSeconds(120));
    assertThat(RetryAfter.parse("Thu, 01 Jan 2026 00:01:00 GMT", now))
        .contains(now.plusSeconds(60));
    assertThat(RetryAfter.parse("soon", now)).isEmpty();
    assertThat(RetryAfter.parse("99999999999999999999", now)).isEmpty();
  }

  private void fill(int from, int to) {
    for (int hour = from; hour < to; hour++) {
      api.put(EnergyApi.hour(hour), "DK1", hour + ".25");
    }
  }

  private void assertProblem(ExitStatus status, String... words) {
    assertThatThrownBy(this::poll)
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              assertThat(problem.status()).isEqualTo(status);
              assertThat(problem.getMessage()).contains(words).doesNotContain("\n");
            });
  }

  private void assertLogHoldsEachValueOnce(int values) {
    assertThat(log.sorted()).doesNotHaveDuplicates().hasSize(values);
  }

  private LoadCounts poll() throws IOException {
    return poll(Optional.empty());
  }

  /** One poll of a new process. */
  private LoadCounts poll(Optional<Instant> since) throws IOException {
    LoadCounts counts = new LoadCounts();
    try (SourceState<HttpState> state = state()) {
      HttpPoll poll = poller(log, state, counts);
      poll.resume();
      poll.poll(since);
    }
    return counts;
  }

  private HttpPoll poller(Destination into, SourceState<HttpState> state, LoadCounts counts) {
    HttpSource source = source();
    HttpRequests requests = new HttpRequests(source, LONGEST, MOST_BYTES, environment, time);
    Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1), ATTEMPTS);
    HttpPages pages = new HttpPages(source, requests, backoff, new Random(1), time, told::add);
    return new HttpPoll(READINGS, source, pages, into, state, time, counts, told::add);
  }

  private SourceState<HttpState> state() throws IOException {
    return SourceState.hold(
        "0".repeat(16), folder.resolve("state.json"), HttpState.class, DECLARED.name());
  }

  private HttpSource source() {
    return new HttpSource(
        DECLARED.name(),
        api.url(),
        DECLARED.sort(),
        ZoneOffset.UTC,
        EnergyApi.instant(0),
        Duration.ofDays(7),
        Duration.ofDays(6),
        DECLARED.every(),
        PAGE,
        Duration.ofMillis(250),
        environment.isEmpty() ? Optional.empty() : Optional.of("PRICES_TOKEN"),
        DECLARED.columns());
  }

  private static String httpDate(Instant instant) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(
        ZonedDateTime.ofInstant(instant, ZoneOffset.UTC));
  }

  /** Time that passes only where somebody waits. */
  private static final class SteppingTime implements Timing {
    private final List<Duration> pauses = new ArrayList<>();
    private Instant now;

    private SteppingTime(Instant now) {
      this.now = now;
    }

    List<Duration> pauses() {
      return pauses;
    }

    @Override
    public Instant now() {
      return now;
    }

    @Override
    public void pause(Duration duration) {
      pauses.add(duration);
      now = duration.isNegative() ? now : now.plus(duration);
    }
  }
}
