package io.anabranch.master;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What stands in a dataset's folder.
 *
 * @param files in no order
 * @param strangers names that are none of ours: nobody reads them, and somebody should know
 */
public record Listing(List<MasterFile> files, List<String> strangers) {
  public Listing {
    files = List.copyOf(files);
    strangers = List.copyOf(strangers);
  }

  /** The cover of a partition. */
  public Cover cover(int partition) {
    return Cover.of(files, partition);
  }

  /** The partitions that have a file. */
  public SortedSet<Integer> partitions() {
    SortedSet<Integer> partitions = new TreeSet<>();
    files.forEach(file -> partitions.add(file.partition()));
    return partitions;
  }
}
