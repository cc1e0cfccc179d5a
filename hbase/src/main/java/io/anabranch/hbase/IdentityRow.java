package io.anabranch.hbase;

import io.anabranch.views.ViewStore.SeenIdentity;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.hbase.Cell;
import org.apache.hadoop.hbase.HConstants;
import org.apache.hadoop.hbase.client.Put;
import org.apache.hadoop.hbase.client.Result;
import org.apache.hadoop.hbase.client.Scan;
import org.apache.hadoop.hbase.util.Bytes;

/**
 * The identities of one flush as a row: partition (4 bytes) and first offset (8 bytes), qualifier
 * last offset (8 bytes), so that a replay that flushes elsewhere covers nothing; packed entries of
 * 32 bytes each (high, low, offset, log-append time in ms). Few large rows, since the number of
 * rows is what a scan pays for.
 */
final class IdentityRow {
  private static final int ENTRY_BYTES = 32;

  /** How far the broker's clock may run ahead of the region server's. */
  private static final Duration CLOCK_SKEW = Duration.ofHours(1);

  private IdentityRow() {}

  static Put put(int partition, List<SeenIdentity> identities) {
    ByteBuffer entries = ByteBuffer.allocate(ENTRY_BYTES * identities.size());
    long first = Long.MAX_VALUE;
    long last = 0;
    for (SeenIdentity identity : identities) {
      entries
          .putLong(identity.high())
          .putLong(identity.low())
          .putLong(identity.offset())
          .putLong(identity.appendedMs());
      first = Math.min(first, identity.offset());
      last = Math.max(last, identity.offset());
    }
    byte[] row = ByteBuffer.allocate(12).putInt(partition).putLong(first).array();
    return new Put(row).addColumn(Tables.IDENTITY_FAMILY, Bytes.toBytes(last), entries.array());
  }

  /** Rows that may hold identities appended at {@code since} or later. */
  static Scan scan(int partition, Instant since) {
    Instant now = Clock.systemUTC().instant();
    return writtenSince((since.isBefore(now) ? since : now).minus(CLOCK_SKEW))
        .withStartRow(beginning(partition))
        .withStopRow(beginning(partition + 1));
  }

  /** The rows of all partitions that were written then or later. */
  static Scan writtenSince(Instant since) {
    try {
      return new Scan()
          .setTimeRange(Math.max(since.toEpochMilli(), 0), HConstants.LATEST_TIMESTAMP)
          .setCaching(200);
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Region edges between the partitions. */
  static byte[][] splits(int partitions) {
    return IntStream.range(1, partitions).mapToObj(IdentityRow::beginning).toArray(byte[][]::new);
  }

  private static byte[] beginning(int partition) {
    return ByteBuffer.allocate(4).putInt(partition).array();
  }

  static List<SeenIdentity> read(Result result) {
    List<SeenIdentity> identities = new ArrayList<>();
    for (Cell cell : result.rawCells()) {
      ByteBuffer entries =
          ByteBuffer.wrap(cell.getValueArray(), cell.getValueOffset(), cell.getValueLength());
      while (entries.hasRemaining()) {
        identities.add(
            new SeenIdentity(
                entries.getLong(), entries.getLong(), entries.getLong(), entries.getLong()));
      }
    }
    return identities;
  }
}
