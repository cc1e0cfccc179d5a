package io.anabranch.master;

import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.GroupType;

/** A 64-bit hash of a row's values and of which of them are missing. */
final class RowHash {
  private static final long PRIME = 0x100000001B3L;

  private RowHash() {}

  static long of(Group row) {
    GroupType type = row.getType();
    long hash = 0xCBF29CE484222325L;
    for (int i = 0; i < type.getFieldCount(); i++) {
      hash = (hash ^ i) * PRIME;
      if (row.getFieldRepetitionCount(i) > 0) {
        hash = (hash ^ value(row, i)) * PRIME;
      }
    }
    return mixed(hash);
  }

  private static long value(Group row, int field) {
    return switch (row.getType().getType(field).asPrimitiveType().getPrimitiveTypeName()) {
      case INT32 -> row.getInteger(field, 0);
      case INT64 -> row.getLong(field, 0);
      case BOOLEAN -> row.getBoolean(field, 0) ? 1 : 2;
      case DOUBLE -> Double.doubleToRawLongBits(row.getDouble(field, 0));
      case FLOAT -> Float.floatToRawIntBits(row.getFloat(field, 0));
      default -> bytes(row.getBinary(field, 0).getBytes());
    };
  }

  private static long bytes(byte[] bytes) {
    long hash = bytes.length;
    for (byte one : bytes) {
      hash = (hash ^ (one & 0xFF)) * PRIME;
    }
    return hash;
  }

  /** Each bit depends on all of them, so that the hashes of many rows may be added up. */
  private static long mixed(long hash) {
    long mixed = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
