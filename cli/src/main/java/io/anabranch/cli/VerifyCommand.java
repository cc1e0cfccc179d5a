package io.anabranch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.anabranch.runtime.ExitStatus;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code verify}: a recompute from scratch against what is served. */
@Command(
    name = "verify",
    description = {
      "Recomputes a dataset's views from the master dataset and compares them with what is served.",
      "Records may flow meanwhile. Exit status 1 if a cell differs."
    },
    footer = {"%nExample:", "  anabranch verify customer_orders"})
final class VerifyCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private PlatformOptions options;

  @Parameters(paramLabel = "DATASET", description = "name of the dataset")
  private String dataset;

  /** Verifies a dataset and returns what serving answers. */
  static JsonNode verify(Instance instance, String dataset) {
    return new Rest(instance.platform().serving())
        .post("/api/v1/datasets/" + Rest.encoded(dataset) + "/verify");
  }

  /** The result in one line. */
  static String summary(JsonNode result) {
    return "verify: %d differences in %d cells"
        .formatted(result.path("differences").asLong(), result.path("cells").asLong());
  }

  @Override
  public Integer call() {
    JsonNode result = verify(options.existing(), dataset);
    if (common.json()) {
      System.out.println(Json.line(result));
    } else {
      print(result);
    }
    boolean same = result.path("differences").asLong(1) == 0;
    return (same ? ExitStatus.DONE : ExitStatus.FAILED).code();
  }

  private static String kind(JsonNode view) {
    return view.path("approximate").asBoolean()
        ? "approximate"
        : view.path("eventual").asBoolean() ? "eventual" : "exact";
  }

  private static void print(JsonNode result) {
    TextTable table = new TextTable(List.of("view", "kind", "cells", "differences", "ms"));
    for (JsonNode view : result.path("views")) {
      table.add(
          List.of(
              view.path("view").asText(),
              kind(view),
              view.path("cells").asText(),
              view.path("differences").asText(),
              view.path("duration_ms").asText()));
    }
    System.out.print(table.render());
    for (JsonNode view : result.path("views")) {
      for (JsonNode example : view.path("examples")) {
        System.out.println(view.path("view").asText() + ": " + example);
      }
    }
    System.out.println(summary(result));
  }
}
