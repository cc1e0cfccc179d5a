package io.anabranch.serving.quality;

import io.anabranch.runtime.Problem;
import java.time.Instant;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A report in one line.
 *
 * @param version the run's number; a refused run made no version of it
 * @param verdict {@code passed}, {@code warned}, {@code refused} or {@code overruled}
 * @param mode {@code full} or {@code incremental}
 * @param rejectedShare of the records, from 0 to 1; null if there were none
 * @param checks that the run was held against
 * @param failed those that did not hold, of either level
 */
public record ReportSummary(
    long version,
    boolean published,
    String verdict,
    String mode,
    Instant created,
    long records,
    Double rejectedShare,
    int checks,
    int failed) {
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * The summary of a report.
   *
   * @param published number of the published version
   * @throws Problem if the text is no report
   */
  public static ReportSummary of(long run, String report, long published) {
    try {
      JsonNode json = JSON.readTree(report);
      JsonNode share = json.required("rejected").required("share");
      JsonNode checks = json.required("checks");
      int failed =
          (int) checks.valueStream().filter(check -> !check.required("passed").asBoolean()).count();
      return new ReportSummary(
          run,
          run == published,
          json.required("verdict").asString(),
          json.required("mode").asString(),
          Instant.parse(json.required("created").asString()),
          json.required("records").asLong(),
          share.isNull() ? null : share.asDouble(),
          checks.size(),
          failed);
    } catch (JacksonException | java.time.DateTimeException e) {
      throw Problem.failed(
          "the quality report of run %s is damaged (%s): remove its file, or restore it from a copy"
              .formatted(run, e.getMessage()));
    }
  }
}
