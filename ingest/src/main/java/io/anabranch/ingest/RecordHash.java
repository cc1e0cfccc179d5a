package io.anabranch.ingest;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * 128 bits that tell one sequence of bytes from another, whatever a dataset calls the identity of a
 * record: the first half of SHA-256. Not safe for several threads.
 */
final class RecordHash {
  private final MessageDigest sha256;

  RecordHash() {
    try {
      this.sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The hash in 32 hex digits. */
  String hexOf(byte[] bytes) {
    return HexFormat.of().formatHex(sha256.digest(bytes), 0, 16);
  }

  /** The hash of two sequences of bytes, the second of which says what the first belongs to. */
  ByteBuffer of(byte[] bytes, byte[] owner) {
    sha256.update(owner);
    return of(bytes);
  }

  /** The hash, 16 bytes. */
  ByteBuffer of(byte[] bytes) {
    return ByteBuffer.wrap(sha256.digest(bytes), 0, 16);
  }
}
