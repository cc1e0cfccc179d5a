package io.anabranch.schemas;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.apache.avro.generic.GenericRecord;

/**
 * 128 bits that say whether two records are the same fact: the first half of SHA-256 over the
 * values of the identity fields, each with its length before it, so that no two lists of values
 * read alike. Not safe for several threads.
 */
public final class IdentityHash {
  private static final byte[] NULL = {-1, -1, -1, -1};

  private final MessageDigest digest;
  private final List<String> fields;
  private final byte[] length = new byte[4];

  public IdentityHash(Dataset dataset) {
    this.fields = dataset.identity().fields();
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The hash of the record's identity, 16 bytes. */
  public ByteBuffer of(GenericRecord datum) {
    for (String field : fields) {
      Object value = datum.get(field);
      if (value == null) {
        digest.update(NULL);
      } else {
        byte[] text = value.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer.wrap(length).putInt(text.length);
        digest.update(length);
        digest.update(text);
      }
    }
    return ByteBuffer.wrap(digest.digest(), 0, 16);
  }
}
