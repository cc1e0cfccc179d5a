package io.anabranch.master;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/** The folder of one dataset: days, and in them files. Unfinished files begin with {@code _}. */
record HdfsFolder(FileSystem files, Path path) {
  private static final String REWRITTEN = "_rewritten-";

  /** What releases before erasure called it. */
  private static final String COMPACTED = "_compacted-";

  Path of(MasterFile file) {
    return new Path(path, file.name());
  }

  /** Beside where the file will stand, so that one rename puts it there. */
  Path unfinished(String day, int partition, long first, String writer) {
    return new Path(path, "day=%s/_%d-%d-%s.parquet".formatted(day, partition, first, writer));
  }

  /**
   * A new name for rows that are written again. Ingest removes what writers of its own left, whose
   * names begin with the partition; these are removed by whoever keeps others from rewriting.
   */
  Path rewritten(LocalDate day) {
    return new Path(path, "day=%s/%s%s.parquet".formatted(day, REWRITTEN, UUID.randomUUID()));
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
    return remove(name -> name.startsWith("_" + partition + "-"));
  }

  /** Removes the unfinished files of rewrites. */
  int removeRewritten() throws IOException {
    return remove(name -> name.startsWith(REWRITTEN) || name.startsWith(COMPACTED));
  }

  private int remove(Predicate<String> unfinished) throws IOException {
    int removed = 0;
    for (FileStatus day : children(path)) {
      for (FileStatus file : day.isDirectory() ? children(day.getPath()) : new FileStatus[0]) {
        if (unfinished.test(file.getPath().getName()) && files.delete(file.getPath(), false)) {
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

  /** Puts a finished file in the place of one that has its name: a reader finds either. */
  void replace(Path finished, MasterFile file, Configuration conf) throws IOException {
    FileContext.getFileContext(files.getUri(), conf)
        .rename(finished, of(file), Options.Rename.OVERWRITE);
  }

  private FileStatus[] children(Path folder) throws IOException {
    try {
      return files.listStatus(folder);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }
}
