package io.anabranch.batch;

import static org.apache.spark.sql.functions.col;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;

/**
 * How the records before a cut were judged.
 *
 * @param records all, undecodable ones among them
 * @param undecodable values that are no records
 * @param quarantined records by reason; a record with two reasons counts for both
 */
record Tally(long records, long undecodable, long accepted, Map<String, Long> quarantined) {
  /** The reason of values that are no records. */
  static final String UNDECODABLE = "undecodable";

  /** Counts in one pass. */
  static Tally of(org.apache.spark.sql.Dataset<Row> judged, long undecodable) {
    long records = undecodable;
    long accepted = 0;
    Map<String, Long> quarantined = new TreeMap<>();
    if (undecodable > 0) {
      quarantined.put(UNDECODABLE, undecodable);
    }
    for (Row row : judged.groupBy(col("_reasons")).count().collectAsList()) {
      List<String> reasons = row.getList(0);
      long count = row.getLong(1);
      records += count;
      accepted += reasons.isEmpty() ? count : 0;
      // Two rules may have the same reason.
      new HashSet<>(reasons).forEach(reason -> quarantined.merge(reason, count, Long::sum));
    }
    return new Tally(records, undecodable, accepted, quarantined);
  }
}
