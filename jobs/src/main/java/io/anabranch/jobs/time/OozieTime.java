package io.anabranch.jobs.time;

import io.anabranch.runtime.Problem;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Oozie's texts for moments: minutes, in UTC ({@code 2026-01-01T22:55Z}) or with an offset. */
public final class OozieTime {
  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter OFFSET =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mmXX", Locale.ROOT);

  private OozieTime() {}

  /** The moment in UTC; seconds are left out. */
  public static String format(Instant instant) {
    return UTC.format(instant.truncatedTo(ChronoUnit.MINUTES));
  }

  /**
   * The moment that a text names.
   *
   * @throws Problem if it names none
   */
  public static Instant parse(String text) {
    try {
      return OffsetDateTime.parse(text, OFFSET).toInstant();
    } catch (DateTimeParseException e) {
      throw Problem.badInput(
          "'%s' is no time: expected a form like 2026-01-01T22:55Z or 2026-01-01T23:55+0100"
              .formatted(text),
          e);
    }
  }
}
