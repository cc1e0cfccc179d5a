package io.anabranch.views;

import io.anabranch.views.ViewStore.CloseableIterator;
import io.anabranch.views.ViewStore.SeenIdentity;
import java.time.Instant;
import java.util.List;

/**
 * Records that a topic is known to have taken, told by the processes that sent them to each other
 * and to those that come after them. Entries are kept for a horizon at least; what is in no entry
 * may have been taken nevertheless. Safe for several threads and processes.
 */
public interface IdentityLog extends AutoCloseable {
  /**
   * Tells of records of one partition that the topic has acknowledged. Telling again is harmless; a
   * process that dies in the call has told of all of them or of none.
   */
  void append(int partition, List<SeenIdentity> taken);

  /**
   * What anybody has told of at {@code since} or later by the store's clock, in no order; perhaps
   * some of what was told before that.
   */
  CloseableIterator<SeenIdentity> toldSince(Instant since);

  @Override
  void close();
}
