package io.anabranch.hbase;

import io.anabranch.views.CellKey;
import io.anabranch.views.ViewStore;
import java.time.Duration;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.ColumnFamilyDescriptor;
import org.apache.hadoop.hbase.client.ColumnFamilyDescriptorBuilder;
import org.apache.hadoop.hbase.client.TableDescriptor;
import org.apache.hadoop.hbase.client.TableDescriptorBuilder;
import org.apache.hadoop.hbase.io.encoding.DataBlockEncoding;
import org.apache.hadoop.hbase.regionserver.BloomType;

/** How our tables are laid out. */
final class Layout {
  /** Identities outlive the horizon by as long as the speed layer may be away and catch up. */
  private static final Duration CATCH_UP = Duration.ofDays(7);

  private Layout() {}

  static TableDescriptor deltas(String dataset) {
    ColumnFamilyDescriptor family =
        ColumnFamilyDescriptorBuilder.newBuilder(Tables.DELTA_FAMILY)
            .setMaxVersions(ViewStore.HISTORY)
            .setBloomFilterType(BloomType.ROW)
            .setDataBlockEncoding(DataBlockEncoding.FAST_DIFF)
            .build();
    return TableDescriptorBuilder.newBuilder(Tables.deltas(dataset))
        .setColumnFamily(family)
        .build();
  }

  /** The timestamps are times of writing, which are never before the log-append times. */
  static TableDescriptor identities(String dataset, Duration horizon) {
    return identityLog(Tables.identities(dataset), horizon.plus(CATCH_UP));
  }

  /** The same for what was sent: beyond the horizon nobody asks for it. */
  static TableDescriptor sent(String dataset, Duration horizon) {
    return identityLog(Tables.sent(dataset), horizon);
  }

  private static TableDescriptor identityLog(TableName table, Duration kept) {
    long seconds = Math.max(1, kept.toSeconds());
    ColumnFamilyDescriptor family =
        ColumnFamilyDescriptorBuilder.newBuilder(Tables.IDENTITY_FAMILY)
            .setMaxVersions(1)
            .setTimeToLive((int) Math.min(seconds, Integer.MAX_VALUE - 1))
            .build();
    return TableDescriptorBuilder.newBuilder(table).setColumnFamily(family).build();
  }

  /** Region edges between the salts. */
  static byte[][] splits() {
    byte[][] splits = new byte[CellKey.SALTS - 1][];
    for (int salt = 1; salt < CellKey.SALTS; salt++) {
      splits[salt - 1] = new byte[] {(byte) salt};
    }
    return splits;
  }
}
