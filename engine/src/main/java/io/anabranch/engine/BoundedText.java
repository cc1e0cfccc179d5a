package io.anabranch.engine;

import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.octet_length;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;

/**
 * Texts of keys: HBase takes no key beyond 32,767 bytes, and a record may hold texts that are much
 * longer. One that is too long becomes its beginning and its hash, so that different texts stay
 * different and a record too odd stops no layer.
 */
final class BoundedText {
  /** Less than HBase's limit, since a key is also where a scan begins, with bytes added. */
  private static final int MOST_KEY_BYTES = 32_000;

  /** Of all texts of a cell's key, where a byte may be written as two. */
  private static final int MOST_CELL_BYTES = MOST_KEY_BYTES / 2;

  private static final int MOST_TEXT_BYTES = 2_000;
  private static final int MOST_BEGINNING = 400;

  /** Of an ellipsis, and of SHA-256 in hexadecimal digits. */
  private static final int MARK_BYTES = 3 + 64;

  private static final int MOST_BYTES_OF_A_CHARACTER = 4;

  private BoundedText() {}

  /**
   * The row key itself, or what stands for it; null for an empty one, which HBase takes nowhere.
   */
  static Column key(Column text) {
    return when(octet_length(text).gt(0), bounded(text, MOST_KEY_BYTES));
  }

  /**
   * A view's dimension, or what stands for it. Up to eight take 2,000 bytes each, more of them
   * less, so that they fit a cell's key together.
   *
   * @param dimensions how many the view has
   */
  static Column dimension(Column text, int dimensions) {
    return bounded(text, Math.min(MOST_TEXT_BYTES, MOST_CELL_BYTES / dimensions));
  }

  private static Column bounded(Column text, int bytes) {
    int fitting = Math.max(0, (bytes - MARK_BYTES) / MOST_BYTES_OF_A_CHARACTER);
    int beginning = Math.min(MOST_BEGINNING, fitting);
    Column mark = concat(substring(text, 1, beginning), lit("…"), sha2(text.cast("binary"), 256));
    return when(octet_length(text).gt(bytes), mark).otherwise(text);
  }
}
