package io.anabranch.hbase;

import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.util.Bytes;

/**
 * The names of our tables, families and qualifiers. They are a contract with whoever scans them.
 */
public final class Tables {
  public static final String NAMESPACE = "anabranch";

  /** One row for each dataset. */
  public static final TableName CATALOG = TableName.valueOf(NAMESPACE, "catalog");

  /** The family of the batch cells of a version. */
  public static final byte[] BATCH_FAMILY = Bytes.toBytes("c");

  /** The qualifier under which a batch cell's encoded measures stand. */
  public static final byte[] BATCH_QUALIFIER = Bytes.toBytes("m");

  static final byte[] DELTA_FAMILY = Bytes.toBytes("d");
  static final byte[] IDENTITY_FAMILY = Bytes.toBytes("i");

  private Tables() {}

  /** Speed deltas: row {@code CellKey}, qualifier partition (4 bytes) and epoch (8 bytes). */
  public static TableName deltas(String dataset) {
    return TableName.valueOf(NAMESPACE, dataset + "_deltas");
  }

  /** What was sent to the topic: rows as those of {@link #identities}. */
  public static TableName sent(String dataset) {
    return TableName.valueOf(NAMESPACE, dataset + "_sent");
  }

  /** Identities: row partition (4 bytes) and first offset (8 bytes). */
  public static TableName identities(String dataset) {
    return TableName.valueOf(NAMESPACE, dataset + "_identities");
  }

  /**
   * Where each fact stands first: row identity (16 bytes) and partition (4 bytes).
   *
   * @param definition fingerprint of the rules that tell what a fact is
   */
  public static TableName facts(String dataset, String definition) {
    return TableName.valueOf(NAMESPACE, dataset + "_facts_" + definition);
  }

  /** The batch cells of a version; the batch layer makes the table. */
  public static TableName batchCells(String dataset, long version) {
    return TableName.valueOf(NAMESPACE, dataset + "_v" + version);
  }
}
