package io.anabranch.ingest;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The polls of a process, one after another. After one that failed, the next begins as a new
 * process would: with another destination, since one that lost a record takes none any more, and
 * where the state says, since a poller also remembers what was under way and never arrived.
 */
final class HttpPolls implements AutoCloseable {
  private final Supplier<Destination> opening;
  private final Function<Destination, HttpPoll> polling;
  private Optional<Destination> destination = Optional.empty();
  private Optional<HttpPoll> poll = Optional.empty();

  /**
   * Polls, of which none has begun.
   *
   * @param opening opens the destination; may fail with a problem of status 3
   * @param polling makes a poller that has not been resumed
   */
  HttpPolls(Supplier<Destination> opening, Function<Destination, HttpPoll> polling) {
    this.opening = opening;
    this.polling = polling;
  }

  /**
   * Does the next poll.
   *
   * @param since as {@link HttpPoll#poll} says
   * @throws io.anabranch.runtime.Problem as {@link HttpPoll#poll} says, and status 3 if the
   *     destination is away; a later call may succeed
   */
  void poll(Optional<Instant> since) throws IOException {
    boolean through = false;
    try {
      if (poll.isEmpty()) {
        resume();
      }
      poll.get().poll(since);
      through = true;
    } finally {
      if (!through) {
        close();
      }
    }
  }

  private void resume() throws IOException {
    destination = Optional.of(opening.get());
    HttpPoll resumed = polling.apply(destination.get());
    resumed.resume();
    poll = Optional.of(resumed);
  }

  /** Closes the destination, if it is open. */
  @Override
  public void close() {
    Optional<Destination> opened = destination;
    destination = Optional.empty();
    poll = Optional.empty();
    opened.ifPresent(Destination::close);
  }
}
