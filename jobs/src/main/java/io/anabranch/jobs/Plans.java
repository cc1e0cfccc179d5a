package io.anabranch.jobs;

import io.anabranch.jobs.definition.Coordinator;
import io.anabranch.jobs.store.Schedule;
import io.anabranch.jobs.time.Cadence;
import io.anabranch.jobs.time.Cadence.Slot;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The coordinators of schedules, read once each; for any thread. */
final class Plans {
  private record Read(String definition, Map<String, String> properties, Coordinator coordinator) {}

  private final Map<String, Read> known = new HashMap<>();

  /** The coordinator of a schedule. */
  synchronized Coordinator of(Schedule schedule) {
    Read read = known.get(schedule.name());
    if (read == null
        || !read.definition.equals(schedule.definition())
        || !read.properties.equals(schedule.properties())) {
      read =
          new Read(
              schedule.definition(),
              schedule.properties(),
              Coordinator.read(
                  schedule.app() + "/coordinator.xml",
                  schedule.definition(),
                  schedule.properties()));
      known.put(schedule.name(), read);
    }
    return read.coordinator;
  }

  /** When a schedule is due; a backfill within its range. */
  Cadence cadence(Schedule schedule) {
    Cadence whole = of(schedule).cadence();
    return schedule.backfill().map(part -> whole.between(part.from(), part.to())).orElse(whole);
  }

  /** The next run to be made; empty if the end has come. */
  Optional<Slot> next(Schedule schedule) {
    Cadence cadence = cadence(schedule);
    if (schedule.made() > 0) {
      return cadence.after(new Slot(schedule.made(), schedule.raw(), schedule.raw()));
    }
    return schedule
        .backfill()
        .map(part -> cadence.atOrAfter(part.from()))
        .orElseGet(cadence::first);
  }

  /** How many of its runs may be under way; -1 without limit. */
  int concurrency(Schedule schedule) {
    return schedule
        .backfill()
        .map(Schedule.Backfill::parallel)
        .orElseGet(() -> of(schedule).controls().concurrency());
  }

  /** Which run goes first; a backfill leaves none out. */
  Coordinator.Execution execution(Schedule schedule) {
    return schedule.backfill().isPresent()
        ? Coordinator.Execution.FIFO
        : of(schedule).controls().execution();
  }
}
