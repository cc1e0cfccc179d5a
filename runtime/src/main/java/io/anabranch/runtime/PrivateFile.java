package io.anabranch.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Files with secrets: they are for their owner alone, mode 0600. */
public final class PrivateFile {
  private static final Set<PosixFilePermission> OWNERS =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private PrivateFile() {}

  /**
   * The text of a file.
   *
   * @throws Problem status 2 if others may read or write it, or if it cannot be read
   */
  public static String read(Path file) {
    try {
      if (!OWNERS.containsAll(Files.getPosixFilePermissions(file))) {
        throw Problem.badInput(
            "%s holds secrets, and others than its owner may open it: chmod 600 %s"
                .formatted(file, file));
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw Problem.badInput("Cannot read %s: %s".formatted(file, e), e);
    }
  }

  /**
   * Writes a file beside the one that is there and renames it into place; who is killed meanwhile
   * leaves the old one.
   *
   * @throws Problem status 3 if it cannot be written
   */
  public static void write(Path file, String text) {
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.deleteIfExists(beside);
      Files.createFile(
          beside,
          PosixFilePermissions.asFileAttribute(
              EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)));
      Files.writeString(beside, text);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw Problem.unreachable("Cannot write %s: %s".formatted(file, e), e);
    }
  }
}
