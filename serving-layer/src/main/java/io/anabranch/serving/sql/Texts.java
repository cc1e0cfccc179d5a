package io.anabranch.serving.sql;

import java.util.List;
import org.apache.calcite.avatica.util.ByteString;

/** The length of what Calcite holds as texts. */
final class Texts {
  /** What an element of a list takes beside its text, as if it were one. */
  private static final long OF_ELEMENT = 8;

  private Texts() {}

  /** How many characters a value has, or all values of a row or a list together. */
  static long length(Object value) {
    if (value instanceof String text) {
      return text.length();
    }
    if (value instanceof ByteString bytes) {
      return bytes.length();
    }
    long length = 0;
    if (value instanceof Object[] row) {
      for (Object each : row) {
        length += length(each);
      }
    } else if (value instanceof List<?> list) {
      for (Object each : list) {
        length += OF_ELEMENT + length(each);
      }
    }
    return length;
  }
}
