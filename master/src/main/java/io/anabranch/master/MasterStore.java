package io.anabranch.master;

import io.anabranch.schemas.Dataset;
import java.io.IOException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;

/**
 * The files of the master dataset and, beside them, what could not be decoded. A file appears whole
 * or not at all, never changes, and its name says which offsets it covers.
 */
public interface MasterStore extends AutoCloseable {
  /** All files of a dataset that were committed; nothing for a dataset without any. */
  Listing list(String dataset) throws IOException;

  /**
   * Begins a file. It is seen by nobody until {@link MasterWriter#commit}.
   *
   * @param first the first offset that it will cover
   * @param day the UTC day, part of the name
   */
  MasterWriter open(Dataset dataset, int partition, long first, LocalDate day) throws IOException;

  /**
   * Removes what writers of that partition left unfinished before. Only the partition's owner may
   * call it: a writer that is still at work elsewhere loses its file and fails.
   *
   * @return how many files were removed
   */
  int removeLeftovers(String dataset, int partition) throws IOException;

  /** The rows of a file, in the order of offsets. */
  List<MasterRow> rows(Dataset dataset, MasterFile file) throws IOException;

  /**
   * What could not be decoded, each position once, in the order of partition and offset. A writer
   * that died between the two files of a range leaves values here that the next one writes again.
   */
  List<Undecodable> undecodable(String dataset) throws IOException;

  /** The addresses of those files, as an engine opens them. */
  List<String> locations(String dataset, Collection<MasterFile> files);

  @Override
  void close() throws IOException;
}
