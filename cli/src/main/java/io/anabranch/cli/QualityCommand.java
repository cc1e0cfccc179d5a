package io.anabranch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.anabranch.runtime.ExitStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code quality}: what a batch run found of the quality of its records. */
@Command(
    name = "quality",
    description = {
      "Shows the quality report of a version: its checks, its reject rules and its fields.",
      "Exit status 1 if a check of level fail does not hold."
    },
    footer = {
      "%nExamples:",
      "  anabranch quality customer_orders",
      "  anabranch quality customer_orders --version 7 --json",
    })
final class QualityCommand implements Callable<Integer> {
  @Mixin private JsonOption json;
  @Mixin private PlatformOptions options;

  // Not the common options, whose --version means another one.
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  @SuppressWarnings("unused") // picocli reads it
  private boolean help;

  @Parameters(paramLabel = "DATASET", description = "name of the dataset")
  private String dataset;

  @Option(
      names = "--version",
      paramLabel = "N",
      description = "a kept version, or a run that was refused (default: the published version)")
  private Long version;

  @Override
  public Integer call() {
    List<Map.Entry<String, String>> parameters =
        version == null ? List.of() : List.of(Map.entry("version", version.toString()));
    JsonNode report =
        Rest.of(options.existing())
            .get("/api/v1/datasets/" + Rest.encoded(dataset) + "/quality", parameters);
    System.out.print(json.isSet() ? Json.line(report) + "\n" : text(report));
    return (failed(report) ? ExitStatus.FAILED : ExitStatus.DONE).code();
  }

  private static boolean failed(JsonNode report) {
    for (JsonNode check : report.path("checks")) {
      if (check.path("level").asText().equals("fail") && !check.path("passed").asBoolean()) {
        return true;
      }
    }
    return false;
  }

  private static String text(JsonNode report) {
    List<String> parts = new ArrayList<>(List.of(summary(report)));
    if (!report.path("checks").isEmpty()) {
      parts.add(checks(report).render());
    }
    parts.add(ObjectTable.of(report.path("rules")).render());
    parts.add(fields(report).render());
    return String.join("\n", parts);
  }

  private static String summary(JsonNode report) {
    boolean full = report.path("mode").asText().equals("full");
    return "run %s of %s: %s; %s records%s, %s rejected (%s), %s repeats%n"
        .formatted(
            report.path("version").asText(),
            report.path("dataset").asText(),
            report.path("verdict").asText(),
            report.path("records").asText(),
            full ? "" : " that came after version " + report.path("replaces").asText(),
            report.path("rejected").path("count").asText(),
            share(report.path("rejected").path("share")),
            report.path("repeats").path("count").asText());
  }

  private static TextTable checks(JsonNode report) {
    TextTable table = new TextTable(List.of("check", "level", "result", "figures"));
    for (JsonNode check : report.path("checks")) {
      List<String> figures = new ArrayList<>();
      check
          .path("values")
          .properties()
          .forEach(value -> figures.add(value.getKey() + " " + value.getValue().asText("absent")));
      table.add(
          List.of(
              check.path("check").asText(),
              check.path("level").asText(),
              check.path("passed").asBoolean() ? "holds" : "does not hold",
              String.join(", ", figures)));
    }
    return table;
  }

  private static TextTable fields(JsonNode report) {
    TextTable table =
        new TextTable(
            List.of(
                "field",
                "missing",
                "complete",
                "distinct",
                "least",
                "median",
                "greatest",
                "outliers",
                "drift"));
    for (JsonNode field : report.path("fields")) {
      JsonNode numbers = field.path("numbers");
      table.add(
          List.of(
              field.path("field").asText(),
              field.path("missing").asText(),
              share(field.path("completeness")),
              field.path("distinct").asText(),
              ObjectTable.text(field.path("least")),
              ObjectTable.text(numbers.path("percentiles").path(50)),
              ObjectTable.text(field.path("greatest")),
              ObjectTable.text(numbers.path("outliers")),
              drift(field.path("drift").path("distance"))));
    }
    return table;
  }

  private static String share(JsonNode value) {
    return value.isNumber() ? String.format(Locale.ROOT, "%.1f %%", 100 * value.asDouble()) : "";
  }

  private static String drift(JsonNode value) {
    return value.isNumber() ? String.format(Locale.ROOT, "%.3f", value.asDouble()) : "";
  }
}
