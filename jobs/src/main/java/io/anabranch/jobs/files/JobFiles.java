package io.anabranch.jobs.files;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of one or several file systems, as runs need them. An address is a URI with a scheme,
 * or an absolute path of this machine. What does not answer, and may later, is an {@link
 * java.io.UncheckedIOException}; what cannot be or is not permitted is a {@link
 * io.anabranch.runtime.Problem}: who waits for it would wait for ever.
 */
public interface JobFiles {
  /** Whether there is a file or folder. */
  boolean exists(String address);

  /** Whether there is a folder. */
  boolean isFolder(String address);

  /** Bytes of a file, or of all files right inside a folder; -1 if there is none. */
  long bytes(String address);

  /**
   * The bytes of a file, which whoever asks closes.
   *
   * @throws io.anabranch.runtime.Problem if there is none
   */
  InputStream open(String address);

  /**
   * A file as UTF-8.
   *
   * @throws io.anabranch.runtime.Problem if there is none
   */
  String text(String address);

  /**
   * Copies a file to this machine, over one that is there.
   *
   * @throws io.anabranch.runtime.Problem if there is none
   */
  void fetch(String address, Path target);

  /** Makes a folder and those above it, unless it is there. */
  void makeFolder(String address);

  /** Removes a file, or a folder with all that it holds; nothing if there is none. */
  void delete(String address);

  /**
   * Moves a file or folder to a name, or into a folder that is there.
   *
   * @throws io.anabranch.runtime.Problem if there is no source, or the target is taken
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
