package io.anabranch.hbase;

import io.anabranch.views.ViewStore.CloseableIterator;
import io.anabranch.views.ViewStore.SeenIdentity;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Unpacks rows of identities, and leaves out those appended before {@code sinceMs}. */
final class IdentityIterator implements CloseableIterator<SeenIdentity> {
  private final CloseableIterator<List<SeenIdentity>> rows;
  private final long sinceMs;
  private Iterator<SeenIdentity> row = List.<SeenIdentity>of().iterator();
  private SeenIdentity next;

  IdentityIterator(CloseableIterator<List<SeenIdentity>> rows, long sinceMs) {
    this.rows = rows;
    this.sinceMs = sinceMs;
  }

  @Override
  public boolean hasNext() {
    while (next == null) {
      if (row.hasNext()) {
        SeenIdentity candidate = row.next();
        next = candidate.appendedMs() >= sinceMs ? candidate : null;
      } else if (rows.hasNext()) {
        row = rows.next().iterator();
      } else {
        return false;
      }
    }
    return true;
  }

  @Override
  public SeenIdentity next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    SeenIdentity given = next;
    next = null;
    return given;
  }

  @Override
  public void close() {
    rows.close();
  }
}
