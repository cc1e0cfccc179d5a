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

    assertThat(reasonsInHive()).isEqualTo(reasons);
    assertThat(rows(dataset)).isEqualTo(clean);
    assertThat(rows(dataset + "_quarantine")).isEqualTo(rejected);
    assertThat(inQualityTable("records")).isEqualTo(produced);
    assertThat(inQualityTable("rejected")).isEqualTo(rejected);
    assertThat(inQualityTable("repeats")).isEqualTo(repeats);
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
    if (report.path("undecodable").asLong() > 0) {
      failed.put("undecodable", report.path("undecodable").asLong());
    }
    return failed;
  }

  private Map<String, Long> reasonsInHive() {
    Map<String, Long> reasons = new TreeMap<>();
    for (JsonNode row :
        sql(
            "select reason, count(*) as n from %s_quarantine lateral view explode(reasons) r as reason group by reason"
                .formatted(dataset))) {
      reasons.put(row.path("reason").asText(), row.path("n").asLong());
    }
    return reasons;
  }

  private long rows(String table) {
    return sql("select count(*) as n from " + table).path(0).path("n").asLong();
  }

  private long inQualityTable(String metric) {
    return sql("select value from %s_quality where kind = 'dataset' and metric = '%s'"
            .formatted(dataset, metric))
        .path(0)
        .path("value")
        .asLong();
  }

  private JsonNode sql(String statement) {
    return platform.run("sql", "--json", statement).expect(0).json();
  }
}
