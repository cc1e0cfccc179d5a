package io.anabranch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code compare}: what either layer says of the same records. */
@Command(
    name = "compare",
    description = {
      "Sets the speed layer's answers beside the batch layer's, for the records that the published"
          + " version took over, by bucket.",
      "Exit status 1 if an exact view differs."
    },
    footer = {
      "%nExamples:",
      "  anabranch compare customer_orders",
      "  anabranch compare customer_orders --csv compare.csv --charts charts",
    })
final class CompareCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private PlatformOptions options;

  @Parameters(paramLabel = "DATASET", description = "name of the dataset")
  private String dataset;

  @Option(names = "--csv", paramLabel = "FILE", description = "every measure of every bucket")
  private Path csv;

  @Option(
      names = "--charts",
      paramLabel = "FOLDER",
      description = "one PNG for each view: both answers, and the difference")
  private Path charts;

  @Override
  public Integer call() {
    Instance instance = options.existing();
    JsonNode result =
        Rest.of(instance).get("/api/v1/datasets/" + Rest.encoded(dataset) + "/compare", List.of());
    ((ObjectNode) result).set("speed", speed(instance));
    try {
      write(result);
    } catch (IOException e) {
      throw Problem.badInput("cannot write %s".formatted(e.getMessage()), e);
    }
    System.out.print(common.json() ? Json.line(result) + "\n" : summary(result));
    return (exactDifferences(result) == 0 ? ExitStatus.DONE : ExitStatus.FAILED).code();
  }

  private static long exactDifferences(JsonNode result) {
    long differences = 0;
    for (JsonNode view : result.path("views")) {
      boolean exact = view.path("kind").asText().equals("exact");
      differences += exact ? view.path("differences").asLong() : 0;
    }
    return differences;
  }

  /** How fresh and how fast the speed layer is; an empty object while it does not answer. */
  private JsonNode speed(Instance instance) {
    Optional<JsonNode> health = HealthCheck.read(instance.health(PlatformRole.SPEED));
    for (JsonNode of : health.orElseGet(Json::object).path("datasets")) {
      if (of.path("dataset").asText().equals(dataset)) {
        ObjectNode speed = Json.object();
        speed.set("records", of.path("records"));
        speed.set("records_per_s", of.path("records_per_s"));
        speed.set("freshness_ms", of.path("freshness_since_start_ms"));
        return speed;
      }
    }
    return Json.object();
  }

  private void write(JsonNode result) throws IOException {
    if (csv != null) {
      Files.writeString(csv, CsvText.of(rows(result)));
      Words.say("wrote " + csv);
    }
    if (charts != null) {
      Files.createDirectories(charts);
      for (JsonNode view : result.path("views")) {
        Path file = charts.resolve(view.path("view").asText() + ".png");
        if (CompareChart.write(view, file)) {
          Words.say("wrote " + file);
        }
      }
    }
  }

  private static List<JsonNode> rows(JsonNode result) {
    List<JsonNode> rows = new ArrayList<>();
    for (JsonNode view : result.path("views")) {
      for (JsonNode bucket : view.path("buckets")) {
        for (JsonNode measure : bucket.path("measures")) {
          ObjectNode row = Json.object();
          row.set("view", view.get("view"));
          row.set("kind", view.get("kind"));
          row.set("bucket", bucket.get("bucket"));
          measure.properties().forEach(field -> row.set(field.getKey(), field.getValue()));
          rows.add(row);
        }
      }
    }
    return rows;
  }

  private static String summary(JsonNode result) {
    TextTable table =
        new TextTable(List.of("view", "kind", "buckets", "cells", "differences", "max relative"));
    for (JsonNode view : result.path("views")) {
      table.add(
          List.of(
              view.path("view").asText(),
              view.path("kind").asText(),
              Integer.toString(view.path("buckets").size()),
              view.path("cells").asText(),
              view.path("differences").asText(),
              String.format(Locale.ROOT, "%.6g", view.path("max_relative").asDouble())));
    }
    JsonNode batch = result.path("batch");
    JsonNode freshness = result.path("speed").path("freshness_ms");
    return table.render()
        + "batch: version %s, fresh to %s ms when it was published, %s records/s%n"
            .formatted(
                result.path("version").asText(),
                batch.path("freshness_ms").asText(),
                batch.path("records_per_s").asText("?"))
        + "speed: fresh to %s ms (p50), %s ms (p99), %s records/s in the last minute%n"
            .formatted(
                freshness.path("p50").asText("?"),
                freshness.path("p99").asText("?"),
                result.path("speed").path("records_per_s").asText("?"));
  }
}
