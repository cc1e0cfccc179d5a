package io.anabranch.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code verify}: a recompute from scratch against what is served, or was served. */
@Command(
    name = "verify",
    description = {
      "Recomputes a dataset's views from the master dataset and compares them with what is served.",
      "Records may flow meanwhile. With --answer, recomputes an answer that was served earlier, as"
          + " of its own provenance.",
      "Exit status 1 if a cell differs."
    },
    footer = {
      "%nExamples:",
      "  anabranch verify customer_orders",
      "  anabranch query sales_by_country --format json > answer.json",
      "  anabranch verify --answer answer.json"
    })
final class VerifyCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private PlatformOptions options;

  @ArgGroup(multiplicity = "1")
  private Subject subject;

  /** What is verified. */
  private static final class Subject {
    @Parameters(paramLabel = "DATASET", description = "name of the dataset")
    private String dataset;

    @Option(
        names = "--answer",
        paramLabel = "FILE",
        description =
            "what 'query --format json' printed, or GET /api/v1/views/VIEW/cells answered")
    private Path answer;
  }

  /** Verifies a dataset and returns what serving answers. */
  static JsonNode verify(Instance instance, String dataset) {
    return Rest.of(instance).post("/api/v1/datasets/" + Rest.encoded(dataset) + "/verify");
  }

  /** The result in one line. */
  static String summary(JsonNode result) {
    return "verify: %d differences in %d cells"
        .formatted(result.path("differences").asLong(), result.path("cells").asLong());
  }

  @Override
  public Integer call() {
    JsonNode result =
        subject.answer == null
            ? verify(options.existing(), subject.dataset)
            : verifyAnswer(options.existing(), subject.answer);
    if (common.json()) {
      System.out.println(Json.line(result));
    } else {
      print(result);
    }
    boolean same = result.path("differences").asLong(1) == 0;
    return (same ? ExitStatus.DONE : ExitStatus.FAILED).code();
  }

  private static JsonNode verifyAnswer(Instance instance, Path file) {
    JsonNode answer = answer(file);
    return Rest.of(instance)
        .post("/api/v1/views/" + Rest.encoded(answer.path("view").asText()) + "/verify", answer);
  }

  private static JsonNode answer(Path file) {
    try {
      JsonNode answer = Json.parse(Files.readString(file));
      if (answer.path("view").isTextual() && answer.path("provenance").isObject()) {
        return answer;
      }
    } catch (JsonProcessingException e) {
      throw Problem.badInput(
          "%s, line %s: no JSON (%s)"
              .formatted(file, e.getLocation().getLineNr(), e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw Problem.badInput("cannot read the answer %s: %s".formatted(file, e.getMessage()), e);
    }
    throw Problem.badInput(
        "%s is no answer with 'view' and 'provenance': save one with 'query VIEW --format json'"
            .formatted(file));
  }

  private static String kind(JsonNode view) {
    return view.path("approximate").asBoolean()
        ? "approximate"
        : view.path("eventual").asBoolean() ? "eventual" : "exact";
  }

  private static void print(JsonNode result) {
    if (result.has("rows")) {
      result.path("examples").forEach(System.out::println);
      System.out.printf(
          "verify: %d differences in %d rows%n",
          result.path("differences").asLong(), result.path("rows").asLong());
      return;
    }
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
