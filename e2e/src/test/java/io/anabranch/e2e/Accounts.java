package io.anabranch.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * Every record that was produced is a clean row, or a repeat, or in quarantine with its reasons;
 * the run, the quality report, Hive and REST tell the same numbers.
 */
final class Accounts {
  private final Platform platform;
  private final String dataset;
  private final String view;
  private final String count;

  /**
   * The accounts of a dataset whose published version was made by a full run.
   *
   * @param view counts all clean rows in its measure {@code count}
   */
  Accounts(Platform platform, String dataset, String view, String count) {
    this.platform = platform;
    this.dataset = dataset;
    this.view = view;
    this.count = count;
  }

  /**
   * Expects that they balance.
   *
   * @param produced records that were sent
   * @param run what the full run printed
   * @return the balance in words
   */
  String expectBalance(long produced, JsonNode run) {
    JsonNode report = platform.get("/datasets/" + dataset + "/quality");
    long clean = run.path("clean_rows").asLong();
    long repeats = run.path("repeats").asLong();
    long rejected = report.path("rejected").path("count").asLong();
    assertThat(run.path("mode").asText()).isEqualTo("full");
    assertThat(run.path("rows_read").asLong()).isEqualTo(produced);
    assertThat(clean + repeats + rejected).isEqualTo(produced);

    Map<String, Long> reasons = new TreeMap<>();
    run.path("quarantined")
        .properties()
        .forEach(entry -> reasons.put(entry.getKey(), entry.getValue().asLong()));
    assertThat(reasons).isNotEmpty();
    assertThat(failedRules(report)).isEqualTo(reasons);
    assertThat(report.path("records").asLong()).isEqualTo(produced);
    assertThat(report.path("repeats").path("count").asLong()).isEqualTo(repeats);

    assertThat(
            numbers(
                "select reason as name, count(*) as n from %s_quarantine"
                    + " lateral view explode(reasons) r as reason group by reason"))
        .isEqualTo(reasons);
    assertThat(numbers("select 'rows' as name, count(*) as n from %s"))
        .isEqualTo(Map.of("rows", clean));
    assertThat(numbers("select 'rows' as name, count(*) as n from %s_quarantine"))
        .isEqualTo(Map.of("rows", rejected));
    assertThat(
            numbers(
                "select metric as name, value as n from %s_quality"
                    + " where kind = 'dataset' and metric in ('records', 'rejected', 'repeats')"))
        .isEqualTo(Map.of("records", produced, "rejected", rejected, "repeats", repeats));
    assertThat(platform.total(view).path(count).asLong()).isEqualTo(clean);
    return "%s: %,d produced = %,d clean + %,d quarantined %s + %,d repeats"
        .formatted(dataset, produced, clean, rejected, reasons, repeats);
  }

  private static Map<String, Long> failedRules(JsonNode report) {
    Map<String, Long> failed = new TreeMap<>();
    for (JsonNode rule : report.path("rules")) {
      if (rule.path("failed").asLong() > 0) {
        failed.put(rule.path("reason").asText(), rule.path("failed").asLong());
      }
    }
    long undecodable = report.path("undecodable").asLong();
    if (undecodable > 0) {
      failed.put("undecodable", undecodable);
    }
    return failed;
  }

  /** What Hive answers, whose rows have a {@code name} and a number {@code n}. */
  private Map<String, Long> numbers(String ofDataset) {
    Map<String, Long> numbers = new TreeMap<>();
    String statement = ofDataset.formatted(dataset);
    for (JsonNode row : platform.sql(statement)) {
      numbers.put(row.path("name").asText(), row.path("n").asLong());
    }
    return numbers;
  }
}
