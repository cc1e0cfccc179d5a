package io.anabranch.master;

import io.anabranch.schemas.Dataset;
import java.io.IOException;
import java.io.Serializable;
import java.time.Instant;
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
   * @param dataset with the schema of the file's rows
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

  /**
   * What a compaction made.
   *
   * @param rows how many rows the files held, and the one file holds
   * @param hash the sum of the 64-bit hashes of those rows, equal before and after
   */
  record Compacted(MasterFile file, long rows, long hash) implements Serializable {}

  /**
   * Makes one file of files that join up, reads it back, and shows it only if it holds the same
   * rows; where the columns change from one file to the next, one for each stretch of equal ones.
   * The files stay: who reads them goes on, who lists takes the wider one. A process that dies here
   * leaves nothing that anybody sees.
   *
   * @param files of one partition and one day, in the order of offsets, each beginning where the
   *     one before ends
   * @return what was made; nothing of a file whose columns are those of neither neighbour
   * @throws IOException if the rows differ: nothing was changed
   */
  List<Compacted> compact(String dataset, List<MasterFile> files) throws IOException;

  /**
   * Removes files that a wider file covers, if that was committed before {@code before}: readers
   * that began with the smaller ones have ended.
   *
   * @return how many files were removed
   */
  int removeCovered(String dataset, Instant before) throws IOException;

  /** The rows of a file as they were written, in the order of offsets. */
  List<MasterRow> rows(String dataset, MasterFile file) throws IOException;

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
