package io.anabranch.serving;

import io.anabranch.runtime.Default;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The section {@code serving}.
 *
 * @param command the command {@code anabranch}, which verify starts to recompute a dataset
 * @param readTimeout how long a request waits for the stores before it is answered with 503
 * @param verifyTimeout how long a recompute may take
 * @param cacheMb memory for rolled-up batch cells and for answers that are read page by page
 * @param maxRows rolled-up cells that one answer may have, over all its pages
 * @param sqlTimeout how long a statement of SQL may take
 */
public record ServingSettings(
    @Default("anabranch") Path command,
    @Default("PT8S") Duration readTimeout,
    @Default("PT1H") Duration verifyTimeout,
    @Default("96") int cacheMb,
    @Default("250000") int maxRows,
    @Default("PT1M") Duration sqlTimeout) {
  public ServingSettings {
    if (readTimeout.isNegative() || readTimeout.isZero()) {
      throw new IllegalArgumentException(
          "Invalid read-timeout: %s (must be > 0)".formatted(readTimeout));
    }
    if (sqlTimeout.isNegative() || sqlTimeout.isZero()) {
      throw new IllegalArgumentException(
          "Invalid sql-timeout: %s (must be > 0)".formatted(sqlTimeout));
    }
    if (cacheMb < 1 || maxRows < 1) {
      throw new IllegalArgumentException(
          "Invalid cache-mb %s or max-rows %s (must be >= 1)".formatted(cacheMb, maxRows));
    }
  }
}
