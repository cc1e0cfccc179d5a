package io.anabranch.views;

import io.anabranch.views.ViewStore.CloseableIterator;
import io.anabranch.views.ViewStore.SeenIdentity;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** An identity log in memory, for tests. */
public final class MemoryIdentityLog implements IdentityLog {
  private record Told(Instant at, SeenIdentity identity) {}

  private final Clock clock;
  private final List<Told> told = new ArrayList<>();

  public MemoryIdentityLog(Clock clock) {
    this.clock = clock;
  }

  @Override
  public synchronized void append(int partition, List<SeenIdentity> taken) {
    taken.forEach(identity -> told.add(new Told(clock.instant(), identity)));
  }

  @Override
  public synchronized CloseableIterator<SeenIdentity> toldSince(Instant since) {
    return MemoryViewStore.iterator(
        told.stream().filter(t -> !t.at().isBefore(since)).map(Told::identity).toList());
  }

  @Override
  public void close() {}
}
