package io.anabranch.master;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Which files of a partition become one: neighbours of one day that are small. */
public final class Compaction {
  private Compaction() {}

  /**
   * Groups of at least two files.
   *
   * @param offsets how many offsets a file should cover: files that cover at least half as many
   *     stay as they are, and no group covers more
   */
  public static List<List<MasterFile>> groups(Cover cover, long offsets) {
    List<List<MasterFile>> groups = new ArrayList<>();
    List<MasterFile> group = new ArrayList<>();
    for (MasterFile file : cover.files()) {
      if (!group.isEmpty() && !fits(group, file, offsets)) {
        add(groups, group);
        group = new ArrayList<>();
      }
      if (size(file) < offsets / 2) {
        group.add(file);
      }
    }
    add(groups, group);
    return groups;
  }

  private static boolean fits(List<MasterFile> group, MasterFile file, long offsets) {
    MasterFile first = group.get(0);
    return size(file) < offsets / 2
        && file.day().equals(first.day())
        && file.end() - first.first() <= offsets;
  }

  private static long size(MasterFile file) {
    return file.end() - file.first();
  }

  private static void add(List<List<MasterFile>> groups, List<MasterFile> group) {
    if (group.size() > 1) {
      groups.add(List.copyOf(group));
    }
  }

  /** The stretches of at least two neighbours whose columns are equal. */
  static List<List<MasterFile>> alike(
      List<MasterFile> files, Function<MasterFile, Object> columns) {
    List<List<MasterFile>> stretches = new ArrayList<>();
    List<MasterFile> stretch = new ArrayList<>();
    for (MasterFile file : files) {
      if (!stretch.isEmpty() && !columns.apply(file).equals(columns.apply(stretch.get(0)))) {
        add(stretches, stretch);
        stretch = new ArrayList<>();
      }
      stretch.add(file);
    }
    add(stretches, stretch);
    return stretches;
  }

  /**
   * Requires that each file begins where the one before ends.
   *
   * @throws IllegalArgumentException if one does not
   */
  static void requireJoined(List<MasterFile> files) {
    for (int i = 1; i < files.size(); i++) {
      MasterFile before = files.get(i - 1);
      MasterFile file = files.get(i);
      if (file.first() != before.end()
          || file.partition() != before.partition()
          || !file.day().equals(before.day())) {
        throw new IllegalArgumentException(file.name() + " does not follow " + before.name());
      }
    }
  }

  /** The range that the files cover together. */
  static MasterFile joined(List<MasterFile> files) {
    requireJoined(files);
    MasterFile first = files.get(0);
    return new MasterFile(
        first.day(), first.partition(), first.first(), files.get(files.size() - 1).end());
  }

  /** Whether another file covers all that this one does, and more. */
  static boolean isCovered(MasterFile file, MasterFile by) {
    return by.partition() == file.partition()
        && by.first() <= file.first()
        && by.end() >= file.end()
        && size(by) > size(file);
  }
}
