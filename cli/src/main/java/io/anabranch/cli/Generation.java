package io.anabranch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A generator of made-up records that runs beside this process. */
final class Generation {
  private final CompletableFuture<JsonNode> end;

  private Generation(CompletableFuture<JsonNode> end) {
    this.end = end;
  }

  static Generation start(Instance instance, String dataset, long records, double rate, long seed) {
    List<String> arguments =
        List.of(
            "generate",
            "-d",
            dataset,
            "--count",
            Long.toString(records),
            "--rate",
            Long.toString(Math.max(1, Math.round(rate))),
            "--seed",
            Long.toString(seed),
            "--error-rate",
            "0.02",
            "--json");
    Job job =
        new Job(
            new Launches(instance).ingest(arguments), instance.data().log("generate-" + dataset));
    return new Generation(CompletableFuture.supplyAsync(job::result));
  }

  boolean isDone() {
    return end.isDone();
  }

  /** What the generator printed at its end. Throws its Problem if it failed. */
  JsonNode result() {
    try {
      return end.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException problem) {
        throw problem;
      }
      throw e;
    }
  }
}
