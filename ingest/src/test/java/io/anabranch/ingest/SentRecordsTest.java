package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.runtime.Problem;
import io.anabranch.views.IdentityLog;
import io.anabranch.views.MemoryIdentityLog;
import io.anabranch.views.ViewStore.CloseableIterator;
import io.anabranch.views.ViewStore.SeenIdentity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SentRecordsTest {
  private static final Duration HORIZON = Duration.ofHours(1);
  private static final int PLENTY = 1_000_000;

  private final SteppedClock clock = new SteppedClock();
  private final AwayLog log = new AwayLog(new MemoryIdentityLog(clock));
  private final List<SeenIdentity> topic = new ArrayList<>();
  private final List<String> told = new ArrayList<>();

  /** Processes send records of one another, and die between any two steps. */
  @Property(tries = 300)
  void whatIsLeftOutStandsInTheTopicWithinTheHorizon(@ForAll long seed) {
    Random random = new Random(seed);
    SentRecordsTest river = new SentRecordsTest();
    SentRecords[] processes = {river.process(), river.process(), river.process()};
    for (int step = 0; step < 500; step++) {
      int i = random.nextInt(processes.length);
      switch (random.nextInt(12)) {
        case 0 -> processes[i] = river.process();
        case 1 -> river.log.away = random.nextInt(3) == 0;
        case 2 -> river.clock.pass(Duration.ofSeconds(random.nextInt(900)));
        case 3, 4 -> processes[i].flush();
        default -> river.sendOnce(processes[i], random.nextInt(40), random.nextInt(5) > 0);
      }
    }
    assertThat(river.told).allMatch(words -> words.contains("dropped later"));
  }

  @Test
  void aRecordOfAnotherProcessIsARepeatOnceThatHasTold() {
    SentRecords one = process();
    SentRecords other = process();
    sendOnce(one, 7, true);
    one.flush();

    sendOnce(other, 7, true);
    sendOnce(one, 7, true);
    sendOnce(other, 8, true);

    assertThat(topic).extracting(SeenIdentity::low).containsExactly(7L, 8L);
  }

  @Test
  void whatIsToldWhileAProcessRunsIsHeard() {
    SentRecords one = process();
    SentRecords other = process();
    sendOnce(one, 1, true);
    sendOnce(other, 2, true);
    other.flush();
    clock.pass(Duration.ofSeconds(10));

    sendOnce(one, 2, true);

    assertThat(topic).hasSize(2);
  }

  @Test
  void whatWasNotAcknowledgedIsSentAgain() {
    SentRecords killed = process();
    sendOnce(killed, 7, false);
    killed.flush();

    sendOnce(process(), 7, true);

    assertThat(topic).hasSize(2);
  }

  @Test
  void beyondTheHorizonARecordIsNoRepeat() {
    sendAndTell(process(), 7);
    clock.pass(HORIZON.minusMinutes(5));
    sendOnce(process(), 7, true);
    assertThat(topic).hasSize(1);

    clock.pass(Duration.ofMinutes(5));
    sendOnce(process(), 7, true);

    assertThat(topic).hasSize(2);
  }

  @Test
  void whereTheLogDoesNotAnswerAllIsSentAndTheUserIsToldOnce() {
    log.away = true;
    SentRecords sent = process();
    for (int i = 0; i < 100; i++) {
      sendAndTell(sent, i);
    }
    assertThat(topic).hasSize(100);
    assertThat(told).hasSize(1);

    log.away = false;
    clock.pass(Duration.ofMinutes(2));
    sendAndTell(sent, 100);

    sendOnce(process(), 100, true);
    assertThat(topic).hasSize(101);
    assertThat(told).hasSize(1);
  }

  @Test
  void theNewestAreKept() {
    NewestIdentities newest = new NewestIdentities(HORIZON, 1000);
    for (int i = 0; i < 10_000; i++) {
      newest.add(new SeenIdentity(i, i, i, 1000));
    }

    assertThat(newest.contains(9_999, 9_999, 1000)).isTrue();
    assertThat(newest.contains(9_500, 9_500, 1000)).isTrue();
    assertThat(newest.contains(8_000, 8_000, 1000)).isFalse();
  }

  private SentRecords process() {
    return new SentRecords(HORIZON, () -> log, PLENTY, clock, told::add);
  }

  private void sendAndTell(SentRecords sent, long identity) {
    sendOnce(sent, identity, true);
    sent.flush();
  }

  /** What a destination does; the topic takes the record in any case, the process may not know. */
  private void sendOnce(SentRecords sent, long identity, boolean acknowledged) {
    long now = clock.millis();
    if (sent.contains(-identity, identity)) {
      assertThat(topic)
          .anyMatch(
              taken -> taken.low() == identity && now - taken.appendedMs() <= HORIZON.toMillis());
      return;
    }
    SeenIdentity taken = new SeenIdentity(-identity, identity, topic.size(), now);
    topic.add(taken);
    if (acknowledged) {
      sent.acknowledge(0, taken);
    }
  }

  /** A log that may be away. */
  private static final class AwayLog implements IdentityLog {
    private final IdentityLog log;
    private boolean away;

    private AwayLog(IdentityLog log) {
      this.log = log;
    }

    @Override
    public void append(int partition, List<SeenIdentity> taken) {
      requirePresence();
      log.append(partition, taken);
    }

    @Override
    public CloseableIterator<SeenIdentity> toldSince(Instant since) {
      requirePresence();
      return log.toldSince(since);
    }

    private void requirePresence() {
      if (away) {
        throw Problem.unreachable("the log is away");
      }
    }

    @Override
    public void close() {}
  }

  private static final class SteppedClock extends Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private void pass(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
