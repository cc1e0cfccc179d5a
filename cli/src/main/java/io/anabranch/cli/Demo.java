package io.anabranch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The main job from nothing: both datasets stream in, a batch run happens in the middle of it and
 * another at the end, and a recompute proves that what is served is right.
 */
final class Demo {
  static final List<String> DATASETS = List.of("customer_orders", "energy_readings");
  private static final Duration START = Duration.ofMinutes(10);
  private static final Duration CATCH_UP = Duration.ofMinutes(10);

  private final Instance instance;
  private final long records;
  private final double rate;
  private final Rest rest;
  private final long begun = System.nanoTime();

  Demo(Instance instance, long records, double rate) {
    this.instance = instance;
    this.records = records;
    this.rate = rate;
    this.rest = Rest.of(instance);
  }

  /** Runs everything and returns the summary as the contract of {@code --json} says. */
  ObjectNode run() {
    try (Residency residency = Residency.sample(instance.data(), Duration.ofMillis(500))) {
      Words.say("starting the stack and the layers");
      Duration ready = new PlatformStart(instance, START).run();
      Words.say("the page: " + instance.platform().serving());
      Map<String, JsonNode> produced = stream();
      Map<String, ObjectNode> datasets = new LinkedHashMap<>();
      for (String dataset : DATASETS) {
        JsonNode batch = batch(dataset);
        Words.say(dataset + ": comparing what is served with a recompute from scratch");
        JsonNode verified = VerifyCommand.verify(instance, dataset);
        Words.say(dataset + ": " + VerifyCommand.summary(verified));
        datasets.put(dataset, DemoSummary.of(dataset, produced.get(dataset), batch, verified));
      }
      addFreshness(datasets);
      ObjectNode summary = Json.object();
      summary.putArray("datasets").addAll(datasets.values());
      summary.put("stack_ready_ms", ready.toMillis());
      summary.put("total_ms", Duration.ofNanos(System.nanoTime() - begun).toMillis());
      summary.put("peak_resident_mb", residency.peakMb());
      return summary;
    }
  }

  private Map<String, JsonNode> stream() {
    Words.say(
        "streaming %,d records into each of %s".formatted(records, String.join(" and ", DATASETS)));
    Map<String, Long> before = totals("topic_end");
    Map<String, Generation> generations = new LinkedHashMap<>();
    for (String dataset : DATASETS) {
      // A seed of its own for each round, else a second demonstration would make only repeats.
      long seed = before.get(dataset) + generations.size() + 1;
      generations.put(dataset, Generation.start(instance, dataset, records, rate, seed));
    }
    Duration patience = Duration.ofSeconds(Math.round(records / rate) + 300);
    try (Progress progress = new Progress("records readable", records)) {
      awaitRecords(generations, progress, before, records / 2, patience);
    }
    DATASETS.forEach(this::batch);
    Map<String, JsonNode> produced = new LinkedHashMap<>();
    try (Progress progress = new Progress("records readable", records)) {
      awaitRecords(generations, progress, before, records, patience);
    }
    generations.forEach((dataset, generation) -> produced.put(dataset, generation.result()));
    Words.say("all records are appended; waiting until all are readable");
    Await.until(
        () -> every(DatasetProgress::isCaughtUp),
        CATCH_UP,
        "The speed layer does not reach the end of the topics: see ./anabranch status and "
            + instance.data().log("speed"));
    return produced;
  }

  /** Waits until each dataset has so many new records applied, or its generator has ended. */
  private void awaitRecords(
      Map<String, Generation> generations,
      Progress progress,
      Map<String, Long> before,
      long goal,
      Duration patience) {
    Await.until(
        () -> {
          generations.values().stream().filter(Generation::isDone).forEach(Generation::result);
          long applied = leastProgress(before);
          progress.at(applied);
          return applied >= goal || generations.values().stream().allMatch(Generation::isDone);
        },
        patience,
        "The records do not arrive: see the logs in "
            + instance.data().log("generate").getParent());
  }

  /** How many new records each dataset has applied at least. */
  private long leastProgress(Map<String, Long> before) {
    Map<String, Long> applied = totals("applied");
    return DATASETS.stream()
        .mapToLong(dataset -> applied.get(dataset) - before.get(dataset))
        .min()
        .orElse(0);
  }

  /** The sum of some offsets over the partitions of each dataset; 0 while there are none. */
  private Map<String, Long> totals(String offsets) {
    List<JsonNode> all = DatasetProgress.list(rest);
    Map<String, Long> totals = new LinkedHashMap<>();
    for (String dataset : DATASETS) {
      JsonNode found = DatasetProgress.of(all, dataset).orElseGet(Json::object);
      totals.put(dataset, DatasetProgress.total(found.path(offsets)));
    }
    return totals;
  }

  private boolean every(Predicate<JsonNode> condition) {
    List<JsonNode> all = DatasetProgress.list(rest);
    return DATASETS.stream()
        .allMatch(dataset -> DatasetProgress.of(all, dataset).filter(condition).isPresent());
  }

  private JsonNode batch(String dataset) {
    Words.say(dataset + ": batch run");
    JsonNode result = BatchCommand.run(instance, dataset, List.of());
    Words.say(
        "%s: version %s published in %.1f s"
            .formatted(
                dataset,
                result.path("version").asText(),
                result.path("duration_ms").asLong() / 1000.0));
    return result;
  }

  /** What the speed layer measured of each dataset since it was started. */
  private void addFreshness(Map<String, ObjectNode> datasets) {
    Optional<JsonNode> health = HealthCheck.read(instance.health(PlatformRole.SPEED));
    for (JsonNode of : health.orElseGet(Json::object).path("datasets")) {
      ObjectNode dataset = datasets.get(of.path("dataset").asText());
      if (dataset != null) {
        JsonNode measured = of.path("freshness_since_start_ms");
        ObjectNode freshness = dataset.putObject("freshness_ms");
        freshness.set("p50", measured.get("p50"));
        freshness.set("p99", measured.get("p99"));
      }
    }
  }
}
