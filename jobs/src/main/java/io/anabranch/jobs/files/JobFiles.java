package io.anabranch.jobs.files;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of one or several file systems, as runs need them. An address is a URI with a scheme,
 * or an absolute path of this machine. What does not answer, and may later, is an {@link
 * java.io.UncheckedIOException}; what cannot be or is not permitted is a {@link Problem}: who waits
 * for it would wait for ever.
 */
public interface JobFiles {
  /** Bytes of a {@link #text} at most: definitions have less, data is fetched or opened. */
  int MOST_TEXT_BYTES = 4 << 20;

  /** Whether there is a file or folder. */
  boolean exists(String address);

  /** Whether there is a folder. */
  boolean isFolder(String address);

  /** Bytes of a file, or of all files right inside a folder; -1 if there is none. */
  long bytes(String address);

  /**
   * The bytes of a file, which whoever asks closes.
   *
   * @throws Problem if there is none
   */
  InputStream open(String address);

  /**
   * A file as UTF-8.
   *
   * @throws Problem if there is none, if it is not UTF-8, or if it has more than {@link
   *     #MOST_TEXT_BYTES}
   */
  String text(String address);

  /**
   * The bytes that follow as {@link #text}, for those who implement this.
   *
   * @param address what to call them in messages
   */
  static String text(String address, InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(MOST_TEXT_BYTES + 1);
    if (bytes.length > MOST_TEXT_BYTES) {
      throw Problem.badInput(
          "%s is too large for a text: %s bytes are the most".formatted(address, MOST_TEXT_BYTES));
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw Problem.badInput(address + " is not UTF-8", e);
    }
  }

  /**
   * Copies a file to this machine, over one that is there.
   *
   * @throws Problem if there is none
   */
  void fetch(String address, Path target);

  /** Makes a folder and those above it, unless it is there. */
  void makeFolder(String address);

  /** Removes a file, or a folder with all that it holds; nothing if there is none. */
  void delete(String address);

  /**
   * Moves a file or folder to a name, or into a folder that is there.
   *
   * @throws Problem if there is no source, or the target is taken
   */
  void move(String source, String target);

  /** Makes an empty file, or sets the time of one that is empty. */
  void touch(String address);

  /**
   * Sets who may read and write.
   *
   * @param mode three or four octal digits
   */
  void setMode(String address, String mode);

  /** Sets the group. */
  void setGroup(String address, String group);

  /** The addresses right inside a folder, in order of name. */
  List<String> list(String folder);
}
