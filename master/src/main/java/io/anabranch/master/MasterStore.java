package io.anabranch.master;

import io.anabranch.schemas.Dataset;
import io.anabranch.views.Offsets;
import java.io.IOException;
import java.io.Serializable;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The files of the master dataset and, beside them, what could not be decoded. A file appears whole
 * or not at all, and its name says which offsets it covers. It never changes, but for an erasure,
 * which puts one with fewer rows in its place.
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

  /**
   * What an erasure did to a file.
   *
   * @param removed how many rows are gone
   * @param rows how many rows the file still holds
   * @param hash the sum of the 64-bit hashes of those rows, equal before and after
   */
  record Erased(MasterFile file, long removed, long rows, long hash) implements Serializable {}

  /**
   * Writes a file anew without some rows, reads it back, and puts it in the place of the old one in
   * one step, under the same name, only if it holds exactly the other rows. A reader that has the
   * old one open may fail; one that lists finds the old or the new. A process that dies here leaves
   * the old file. Nobody may compact the dataset meanwhile.
   *
   * @param offsets of the rows, rising; those that the file does not hold are passed over
   * @return empty if the file holds none of them: it was not touched
   * @throws IOException if other rows differ: nothing was changed
   */
  Optional<Erased> erase(String dataset, MasterFile file, long[] offsets) throws IOException;

  /**
   * Removes what compactions and erasures that died left unfinished. Nobody may be at either
   * meanwhile.
   *
   * @return how many files were removed
   */
  int removeRewritten(String dataset) throws IOException;

  /** The rows of a file as they were written, in the order of offsets. */
  List<MasterRow> rows(String dataset, MasterFile file) throws IOException;

  /**
   * What could not be decoded from some offsets, inclusive, to others, exclusive: each position
   * once, in the order of partition and offset. Files that hold none of them are not read. A writer
   * that died between the two files of a range leaves values here that the next one writes again.
   *
   * @param from a partition that it does not name begins at 0
   * @param to of a partition that it does not name, nothing is meant
   */
  List<Undecodable> undecodable(String dataset, Offsets from, Offsets to) throws IOException;

  /** The addresses of those files, as an engine opens them. */
  List<String> locations(String dataset, Collection<MasterFile> files);

  @Override
  void close() throws IOException;
}
