package io.anabranch.serving.jobs;

import io.anabranch.jobs.files.JobFiles;
import io.anabranch.runtime.Problem;
import io.anabranch.serving.HdfsFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.security.AccessControlException;

/** The platform's HDFS, or any one file system that Hadoop knows. */
public final class HdfsJobFiles implements JobFiles, AutoCloseable {
  private final HdfsFiles hdfs;

  /**
   * @param hdfs is closed with this
   */
  public HdfsJobFiles(HdfsFiles hdfs) {
    this.hdfs = hdfs;
  }

  private interface Call<T> {
    T run(FileSystem files, Path path) throws IOException;
  }

  private <T> T on(String address, Call<T> call) {
    try {
      return call.run(hdfs.get(), new Path(address));
    } catch (IllegalArgumentException e) {
      throw Problem.badInput(
          "'%s' is no file of the platform's HDFS: %s".formatted(address, e.getMessage()), e);
    } catch (IOException e) {
      throw told(address, e);
    }
  }

  /** What the name node refuses it refuses tomorrow too; anything else may be over then. */
  static RuntimeException told(String address, IOException e) {
    IOException cause = e instanceof RemoteException remote ? remote.unwrapRemoteException() : e;
    if (cause instanceof FileNotFoundException) {
      return Problem.badInput("There is no file " + address, e);
    } else if (cause instanceof ParentNotDirectoryException
        || cause instanceof FileAlreadyExistsException) {
      return Problem.badInput("There is a file where a folder is wanted: " + address, e);
    } else if (cause instanceof AccessControlException) {
      return Problem.badInput("%s is refused: %s".formatted(address, firstLine(cause)), e);
    }
    return new UncheckedIOException(e);
  }

  /** The others are the name node's stack. */
  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  @Override
  public boolean exists(String address) {
    return on(address, FileSystem::exists);
  }

  @Override
  public boolean isFolder(String address) {
    return on(
        address, (files, path) -> files.exists(path) && files.getFileStatus(path).isDirectory());
  }

  @Override
  public long bytes(String address) {
    return on(
        address,
        (files, path) ->
            files.exists(path)
                ? Arrays.stream(files.listStatus(path))
                    .filter(FileStatus::isFile)
                    .mapToLong(FileStatus::getLen)
                    .sum()
                : -1L);
  }

  @Override
  public InputStream open(String address) {
    return on(address, FileSystem::open);
  }

  @Override
  public String text(String address) {
    return on(
        address,
        (files, path) -> {
          try (InputStream in = files.open(path)) {
            return JobFiles.text(address, in);
          }
        });
  }

  @Override
  public void fetch(String address, java.nio.file.Path target) {
    on(
        address,
        (files, path) -> {
          try (InputStream in = files.open(path)) {
            return Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
          }
        });
  }

  @Override
  public void makeFolder(String address) {
    on(address, FileSystem::mkdirs);
  }

  @Override
  public void delete(String address) {
    on(address, (files, path) -> files.delete(path, true));
  }

  @Override
  public void move(String source, String target) {
    if (!exists(source)) {
      throw Problem.badInput("There is nothing to move at " + source);
    }
    on(
        source,
        (files, from) -> {
          Path to = new Path(target);
          boolean into = files.exists(to) && files.getFileStatus(to).isDirectory();
          Path place = into ? new Path(to, from.getName()) : to;
          if (files.exists(place)) {
            throw Problem.badInput(
                "%s cannot be moved to %s, which is there already".formatted(source, place));
          }
          if (!files.rename(from, place)) {
            throw Problem.badInput(
                "%s cannot be moved to %s: is the folder above it there?".formatted(source, place));
          }
          return place;
        });
  }

  @Override
  public void touch(String address) {
    if (isFolder(address) || bytes(address) > 0) {
      throw Problem.badInput(address + " is there and not empty");
    }
    on(
        address,
        (files, path) -> {
          files.create(path, true).close();
          return path;
        });
  }

  @Override
  public void setMode(String address, String mode) {
    if (!mode.matches("[0-7]{3,4}")) {
      throw Problem.badInput("'%s' is no mode: expected octal digits like 755".formatted(mode));
    }
    on(
        address,
        (files, path) -> {
          files.setPermission(path, new FsPermission(Short.parseShort(mode, 8)));
          return path;
        });
  }

  @Override
  public void setGroup(String address, String group) {
    on(
        address,
        (files, path) -> {
          files.setOwner(path, null, group);
          return path;
        });
  }

  @Override
  public List<String> list(String folder) {
    return on(
        folder,
        (files, path) ->
            Arrays.stream(files.listStatus(path))
                .map(status -> status.getPath().toString())
                .sorted()
                .toList());
  }

  @Override
  public void close() {
    hdfs.close();
  }
}
