package io.anabranch.master;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The folder of one dataset: days, and in them files. Unfinished files begin with {@code _}. */
record HdfsFolder(FileSystem files, Path path) {

  Path of(MasterFile file) {
    return new Path(path, file.name());
  }

  /** Beside where the file will stand, so that one rename puts it there. */
  Path unfinished(String day, int partition, long first, String writer) {
    return new Path(path, "day=%s/_%d-%d-%s.parquet".formatted(day, partition, first, writer));
  }

  Listing list() throws IOException {
    List<MasterFile> found = new ArrayList<>();
    List<String> strangers = new ArrayList<>();
    for (FileStatus day : children(path)) {
      if (!day.isDirectory()) {
        strangers.add(day.getPath().toString());
        continue;
      }
      for (FileStatus file : children(day.getPath())) {
        String name = file.getPath().getName();
        if (name.startsWith("_")) {
          continue;
        }
        MasterFile.parse(day.getPath().getName() + "/" + name)
            .filter(parsed -> file.isFile())
            .ifPresentOrElse(found::add, () -> strangers.add(file.getPath().toString()));
      }
    }
    return new Listing(found, strangers);
  }

  /** Removes the unfinished files of a partition. */
  int removeLeftovers(int partition) throws IOException {
    int removed = 0;
    for (FileStatus day : children(path)) {
      for (FileStatus file : day.isDirectory() ? children(day.getPath()) : new FileStatus[0]) {
        if (file.getPath().getName().startsWith("_" + partition + "-")
            && files.delete(file.getPath(), false)) {
          removed++;
        }
      }
    }
    return removed;
  }

  /** When a file was finished. */
  Instant finished(MasterFile file) throws IOException {
    return Instant.ofEpochMilli(files.getFileStatus(of(file)).getModificationTime());
  }

  /** Puts a finished file under its name; one that stands there already is the same fact. */
  void publish(Path finished, MasterFile file) throws IOException {
    Path target = of(file);
    if (files.rename(finished, target)) {
      return;
    }
    if (!files.exists(target)) {
      throw new IOException("Cannot rename " + finished + " to " + target);
    }
    files.delete(finished, false);
  }

  private FileStatus[] children(Path folder) throws IOException {
    try {
      return files.listStatus(folder);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }
}
