package io.anabranch.ingest;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;

/**
 * Which file this is: its bytes as they lie there, not its name, so that a copy is known again and
 * a file with another content under an old name is not.
 *
 * @param path where it was found
 * @param bytes its size
 * @param modified when it was last changed
 * @param sha256 of its bytes, in hex
 */
record FileIdentity(Path path, long bytes, Instant modified, String sha256) {
  private static final int BUFFER = 1 << 20;

  /** Reads the whole file, which takes a small part of what loading it takes. */
  static FileIdentity of(Path path) throws IOException {
    long bytes = Files.size(path);
    Instant modified = Files.getLastModifiedTime(path).toInstant();
    MessageDigest digest = digest();
    try (InputStream in = Files.newInputStream(path)) {
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return new FileIdentity(path, bytes, modified, HexFormat.of().formatHex(digest.digest()));
  }

  /**
   * Names one way of loading the file.
   *
   * @param how all that decides which records its rows become and where they go
   */
  String key(String how) {
    byte[] text = (how + '\n' + sha256).getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(digest().digest(text), 0, 16);
  }

  /**
   * Returns if the file is still the one that it was.
   *
   * @throws Problem status 2 if somebody wrote to it meanwhile
   */
  void requireUnchanged() throws IOException {
    if (Files.size(path) != bytes
        || !Files.getLastModifiedTime(path).toInstant().equals(modified)) {
      throw Problem.badInput(
          path + " was changed while it was read: load it again once it is complete");
    }
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
