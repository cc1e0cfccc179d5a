package io.anabranch.schemas;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.Optional;

/** What fills a field. */
public sealed interface ColumnSource {

  /** The value of a column, read as the field's type. An empty value is null. */
  record Column(String header) implements ColumnSource {}

  /**
   * A local date and time of a column in a time zone.
   *
   * @param twice what a time means that stands twice, because clocks were set back
   * @param absent what a time means that no clock showed, because clocks were set forward
   */
  record LocalTime(
      String header, DateTimeFormatter pattern, ZoneId zone, Twice twice, Absent absent)
      implements ColumnSource {

    /** A local time that stands twice. */
    public enum Twice {
      EARLIER,
      LATER,
      REFUSE
    }

    /** A local time that was left out; it may be moved on by as much as the clocks were. */
    public enum Absent {
      SHIFT,
      REFUSE
    }

    /** The instant of a local time; empty where it is to be refused. */
    public Optional<Instant> instant(LocalDateTime local) {
      List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
      return switch (offsets.size()) {
        case 1 -> Optional.of(local.toInstant(offsets.get(0)));
        case 0 -> absent == Absent.REFUSE ? Optional.empty() : Optional.of(shifted(local));
        default ->
            twice == Twice.REFUSE
                ? Optional.empty()
                : Optional.of(local.toInstant(offsets.get(twice == Twice.EARLIER ? 0 : 1)));
      };
    }

    private Instant shifted(LocalDateTime local) {
      ZoneOffsetTransition gap = zone.getRules().getTransition(local);
      Duration length = gap.getDuration();
      return local.plus(length).toInstant(gap.getOffsetAfter());
    }
  }

  /** The sum of columns, of which empty ones do not count; null if all are empty. */
  record SumOfColumns(List<String> headers) implements ColumnSource {
    public SumOfColumns {
      headers = List.copyOf(headers);
    }
  }

  /** SHA-256 over all values of the row in order, the first 16 bytes in hex. */
  record HashOfRow() implements ColumnSource {}
}
