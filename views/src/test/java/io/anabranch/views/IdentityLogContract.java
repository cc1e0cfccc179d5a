package io.anabranch.views;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.views.ViewStore.SeenIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every identity log does; a backend runs it by a subclass that gives one without entries. */
public abstract class IdentityLogContract {
  private static final Duration HOUR = Duration.ofHours(1);

  private final Instant now = Instant.now();

  /** Another log at each call, of a topic of three partitions. */
  protected abstract IdentityLog emptyLog();

  @Test
  void whatOneTellsTheOthersAreTold() {
    try (IdentityLog log = emptyLog()) {
      SeenIdentity first = new SeenIdentity(1, -2, 10, now.toEpochMilli());
      SeenIdentity second = new SeenIdentity(-3, 4, 12, now.toEpochMilli());
      SeenIdentity between = new SeenIdentity(5, 6, 11, now.toEpochMilli());
      SeenIdentity elsewhere = new SeenIdentity(7, 8, 10, now.toEpochMilli());

      log.append(0, List.of(first, second));
      log.append(0, List.of(between));
      log.append(2, List.of(elsewhere));
      log.append(0, List.of(first, second));

      assertThat(told(log, now.minus(HOUR)))
          .contains(first, second, between, elsewhere)
          .containsOnly(first, second, between, elsewhere);
    }
  }

  @Test
  void anEntryOfMoreRecordsThanAnotherCoversNothing() {
    try (IdentityLog log = emptyLog()) {
      SeenIdentity first = new SeenIdentity(1, 1, 10, now.toEpochMilli());
      SeenIdentity second = new SeenIdentity(2, 2, 11, now.toEpochMilli());

      log.append(1, List.of(first, second));
      log.append(1, List.of(first));

      assertThat(told(log, now.minus(HOUR))).contains(first, second);
    }
  }

  @Test
  void whoAsksForWhatComesLaterIsNotToldTheRest() {
    try (IdentityLog log = emptyLog()) {
      log.append(0, List.of(new SeenIdentity(1, 1, 10, now.toEpochMilli())));
      log.append(0, List.of());

      assertThat(told(log, now.plus(HOUR))).isEmpty();
    }
  }

  private static List<SeenIdentity> told(IdentityLog log, Instant since) {
    List<SeenIdentity> told = new ArrayList<>();
    try (var entries = log.toldSince(since)) {
      entries.forEachRemaining(told::add);
    }
    return told;
  }
}
