package io.anabranch.master;

import io.anabranch.views.Offsets;
import java.io.Serializable;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of a dataset, known by its name alone: {@code day=<ingest day>/<partition>-<first
 * offset>-<end offset>.parquet}. It holds everything that the log holds between the two offsets.
 *
 * @param day the UTC day on which ingest opened the file
 * @param first the first offset that it covers
 * @param end the first offset that it does not cover
 */
public record MasterFile(LocalDate day, int partition, long first, long end)
    implements Serializable {
  private static final Pattern NAME =
      Pattern.compile(
          "day=(\\d{4}-\\d{2}-\\d{2})/(0|[1-9]\\d{0,8})-(0|[1-9]\\d{0,17})-([1-9]\\d{0,17})\\.parquet");

  public MasterFile {
    if (partition < 0 || first < 0 || end <= first) {
      throw new IllegalArgumentException(
          "Invalid range of partition %s: %s to %s (must be >= 0 and not empty)"
              .formatted(partition, first, end));
    }
  }

  /** The name below the dataset's folder, with slashes. */
  public String name() {
    return "day=%s/%d-%d-%d.parquet".formatted(day, partition, first, end);
  }

  /**
   * Whether it covers an offset between some, inclusive, and others, exclusive.
   *
   * @param from a partition that it does not name begins at 0
   * @param to of a partition that it does not name, nothing is meant
   */
  public boolean meets(Offsets from, Offsets to) {
    return first < to.of(partition).orElse(0) && end > from.of(partition).orElse(0);
  }

  /** Reads a name as {@link #name()} writes it; empty if it is none. */
  public static Optional<MasterFile> parse(String name) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new MasterFile(
              LocalDate.parse(parts.group(1)),
              Integer.parseInt(parts.group(2)),
              Long.parseLong(parts.group(3)),
              Long.parseLong(parts.group(4))));
    } catch (DateTimeException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
