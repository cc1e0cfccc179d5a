package io.anabranch.jobs.files;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.time.Clock;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The files of this machine: {@code file:} or paths without a scheme. */
public final class LocalFiles implements JobFiles {
  /** Reasons, in the words of the system, that are gone when others end or make room. */
  private static final Set<String> PASSING =
      Set.of(
          "Cannot allocate memory",
          "Connection timed out",
          "Device or resource busy",
          "Disk quota exceeded",
          "Host is down",
          "Input/output error",
          "Interrupted system call",
          "No space left on device",
          "Resource temporarily unavailable",
          "Stale file handle",
          "Too many open files",
          "Too many open files in system");

  /** What stands for exceptions that give no reason. */
  private static final Map<Class<?>, String> WHY =
      Map.of(
          AccessDeniedException.class,
          "permission denied",
          NoSuchFileException.class,
          "it or the folder above it is not there",
          FileAlreadyExistsException.class,
          "it is there already",
          DirectoryNotEmptyException.class,
          "the folder is not empty",
          NotDirectoryException.class,
          "it is no folder");

  private final Clock clock;

  public LocalFiles(Clock clock) {
    this.clock = clock;
  }

  /** Whether an address is one of this machine. */
  public static boolean isLocal(String address) {
    return address.startsWith("/") || address.startsWith("file:");
  }

  /**
   * The path of an address.
   *
   * @throws Problem if it is none of this machine
   */
  public static Path path(String address) {
    try {
      String path = address.startsWith("file:") ? URI.create(address).getPath() : address;
      if (path != null && path.startsWith("/")) {
        return Path.of(path);
      }
    } catch (IllegalArgumentException e) {
      throw notLocal(address, e);
    }
    throw notLocal(address, null);
  }

  private static Problem notLocal(String address, Exception cause) {
    return Problem.badInput(
        "'%s' is no file of this machine: expected file:///... or an absolute path"
            .formatted(address),
        cause);
  }

  private interface Call<T> {
    T run() throws IOException;
  }

  private static <T> T io(String address, Call<T> call) {
    try {
      return call.run();
    } catch (IOException e) {
      throw told(address, e);
    } catch (UncheckedIOException e) { // of a walk
      throw told(address, e.getCause());
    }
  }

  /**
   * What the files of this machine refuse is refused tomorrow too, unless the machine ran out of
   * something.
   */
  static RuntimeException told(String address, IOException e) {
    if (e instanceof UserPrincipalNotFoundException unknown) {
      return Problem.badInput(
          "%s: '%s' is unknown on this machine".formatted(address, unknown.getName()), e);
    } else if (e instanceof FileSystemException refused) {
      String why = WHY.getOrDefault(e.getClass(), String.valueOf(refused.getReason()));
      if (!PASSING.contains(why)) {
        return Problem.badInput("%s: %s".formatted(address, why), e);
      }
    }
    return new UncheckedIOException(e);
  }

  @Override
  public boolean exists(String address) {
    return Files.exists(path(address));
  }

  @Override
  public boolean isFolder(String address) {
    return Files.isDirectory(path(address));
  }

  @Override
  public long bytes(String address) {
    Path path = path(address);
    if (Files.isRegularFile(path)) {
      return io(address, () -> Files.size(path));
    } else if (!Files.isDirectory(path)) {
      return -1;
    }
    return io(
        address,
        () -> {
          long sum = 0;
          try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
              sum += Files.size(file);
            }
          }
          return sum;
        });
  }

  @Override
  public InputStream open(String address) {
    Path path = file(address);
    return io(address, () -> Files.newInputStream(path));
  }

  @Override
  public String text(String address) {
    Path path = file(address);
    return io(
        address,
        () -> {
          try (InputStream in = Files.newInputStream(path)) {
            return JobFiles.text(address, in);
          }
        });
  }

  @Override
  public void fetch(String address, Path target) {
    Path path = file(address);
    io(
        address,
        () ->
            Files.copy(
                path,
                target,
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.COPY_ATTRIBUTES));
  }

  private static Path file(String address) {
    Path path = path(address);
    if (!Files.isRegularFile(path)) {
      throw Problem.badInput("There is no file " + address);
    }
    return path;
  }

  @Override
  public void makeFolder(String address) {
    try {
      Files.createDirectories(path(address));
    } catch (FileAlreadyExistsException e) {
      throw Problem.badInput("There is a file where a folder is wanted: " + address, e);
    } catch (IOException e) {
      throw told(address, e);
    }
  }

  @Override
  public void delete(String address) {
    Path path = path(address);
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    List<Path> all =
        io(
            address,
            () -> {
              try (Stream<Path> tree = Files.walk(path)) {
                return tree.sorted(Comparator.reverseOrder()).toList();
              }
            });
    for (Path each : all) {
      io(each.toString(), () -> Files.deleteIfExists(each));
    }
  }

  @Override
  public void move(String source, String target) {
    Path from = path(source);
    Path to = path(target);
    if (!Files.exists(from)) {
      throw Problem.badInput("There is nothing to move at " + source);
    }
    Path place = Files.isDirectory(to) ? to.resolve(from.getFileName()) : to;
    if (Files.exists(place)) {
      throw Problem.badInput(
          "%s cannot be moved to %s, which is there already".formatted(source, place));
    }
    io(target, () -> Files.move(from, place));
  }

  @Override
  public void touch(String address) {
    Path path = path(address);
    if (bytes(address) > 0 || isFolder(address)) {
      throw Problem.badInput(address + " is there and not empty");
    }
    io(
        address,
        () ->
            Files.exists(path)
                ? Files.setLastModifiedTime(path, FileTime.from(clock.instant()))
                : Files.createFile(path));
  }

  @Override
  public void setMode(String address, String mode) {
    if (!mode.matches("[0-7]{3,4}")) {
      throw Problem.badInput("'%s' is no mode: expected octal digits like 755".formatted(mode));
    }
    int bits = Integer.parseInt(mode, 8);
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] all = PosixFilePermission.values();
    for (int i = 0; i < all.length; i++) {
      if ((bits & (0400 >> i)) != 0) {
        permissions.add(all[i]);
      }
    }
    io(address, () -> Files.setPosixFilePermissions(path(address), permissions));
  }

  @Override
  public void setGroup(String address, String group) {
    Path path = path(address);
    io(
        address,
        () -> {
          Files.getFileAttributeView(path, PosixFileAttributeView.class)
              .setGroup(
                  path.getFileSystem()
                      .getUserPrincipalLookupService()
                      .lookupPrincipalByGroupName(group));
          return null;
        });
  }

  @Override
  public List<String> list(String folder) {
    return io(
        folder,
        () -> {
          try (Stream<Path> files = Files.list(path(folder))) {
            return files.sorted().map(Path::toString).toList();
          }
        });
  }
}
