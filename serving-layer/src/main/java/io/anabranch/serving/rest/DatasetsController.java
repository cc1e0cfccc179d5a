package io.anabranch.serving.rest;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.serving.Sources;
import io.anabranch.serving.StoreCalls;
import io.anabranch.serving.access.Access;
import io.anabranch.serving.compare.Comparison;
import io.anabranch.serving.standing.Provenance;
import io.anabranch.serving.standing.Standing;
import io.anabranch.serving.verify.Verification;
import io.anabranch.serving.verify.Verifications;
import io.anabranch.views.OffsetRange;
import io.anabranch.views.Offsets;
import io.anabranch.views.Version;
import io.anabranch.views.Version.Publication;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Datasets, how far they have come, their versions, and verify. */
@RestController
@RequestMapping("/api/v1/datasets")
final class DatasetsController {
  /** All datasets. */
  record DatasetList(List<DatasetStanding> datasets) {}

  /**
   * How far everything has come with a dataset. Ends are exclusive; an end that cannot be told now
   * is null. It is exact if all its views are; what any of them lacks is missing.
   */
  record DatasetStanding(
      String dataset,
      long version,
      SortedMap<Integer, Long> cut,
      SortedMap<Integer, Long> applied,
      SortedMap<Integer, Long> masterEnd,
      SortedMap<Integer, Long> topicEnd,
      Long lagMs,
      boolean exact,
      List<OffsetRange> missing,
      List<String> views) {}

  /** The versions of a dataset, oldest first. */
  record VersionList(String dataset, long published, List<StoredVersion> versions) {}

  /** A batch view version. */
  record StoredVersion(
      long version,
      boolean published,
      Instant created,
      long durationMs,
      SortedMap<Integer, Long> cut,
      List<Long> runs,
      long rowsRead,
      long cleanRows,
      long cells,
      long bytes,
      String publishedBy,
      Instant publishedAt,
      Map<String, String> profile,
      Map<String, String> views) {
    static StoredVersion of(Version version, long published) {
      return new StoredVersion(
          version.number(),
          version.number() == published,
          version.created(),
          version.duration().toMillis(),
          version.cut().offsets().byPartition(),
          version.runs(),
          version.counts().rowsRead(),
          version.counts().cleanRows(),
          version.counts().cells(),
          version.counts().bytes(),
          version.publication().map(Publication::by).orElse(null),
          version.publication().map(Publication::at).orElse(null),
          new TreeMap<>(version.profile()),
          new TreeMap<>(version.views()));
    }
  }

  /**
   * What a publish did.
   *
   * @param replaced the version that was published before, 0 for none
   */
  record Published(String dataset, long version, long replaced) {}

  private final Sources sources;
  private final StoreCalls calls;
  private final Verifications verifications;
  private final Access access;

  DatasetsController(
      Sources sources, StoreCalls calls, Verifications verifications, Access access) {
    this.sources = sources;
    this.access = access;
    this.calls = calls;
    this.verifications = verifications;
  }

  @GetMapping
  @Operation(summary = "How far everything has come with each dataset")
  DatasetList datasets() {
    List<Callable<DatasetStanding>> standings = new ArrayList<>();
    sources.datasets().all().forEach(dataset -> standings.add(() -> standing(dataset)));
    return new DatasetList(calls.all(calls.deadline(), standings));
  }

  @GetMapping("/{dataset}")
  @Operation(summary = "How far everything has come with a dataset")
  DatasetStanding dataset(@PathVariable("dataset") String name) {
    Dataset dataset = named(name);
    return calls.one(calls.deadline(), () -> standing(dataset));
  }

  private DatasetStanding standing(Dataset dataset) {
    Standing standing =
        Standing.read(dataset, sources.catalog(), sources.topics(), sources.clock());
    Provenance provenance = Provenance.of(standing);
    return new DatasetStanding(
        dataset.name(),
        provenance.version(),
        provenance.cut(),
        provenance.applied(),
        sources.master().of(dataset).map(Offsets::byPartition).orElse(null),
        standing.topic().map(DatasetsController::ends).orElse(null),
        provenance.lagMs(),
        provenance.exact(),
        provenance.missing(),
        List.copyOf(dataset.views().keySet()));
  }

  private static SortedMap<Integer, Long> ends(Map<Integer, OffsetRange> held) {
    SortedMap<Integer, Long> ends = new TreeMap<>();
    held.forEach((partition, range) -> ends.put(partition, range.to()));
    return ends;
  }

  @GetMapping("/{dataset}/versions")
  @Operation(summary = "The stored versions of a dataset, oldest first")
  VersionList versions(@PathVariable("dataset") String name) {
    Dataset dataset = named(name);
    return calls.one(
        calls.deadline(),
        () -> {
          long published = published(dataset);
          return new VersionList(
              name,
              published,
              sources.catalog().versions(name).stream()
                  .map(version -> StoredVersion.of(version, published))
                  .toList());
        });
  }

  @PostMapping("/{dataset}/versions/{version}/publish")
  @Operation(
      summary = "Publishes a stored version; an older one is a rollback",
      description = "With 'expected', only if that version is published now (0 for none).")
  Published publish(
      @PathVariable("dataset") String name,
      @PathVariable("version") long version,
      @RequestParam(name = "expected", required = false) Long expected,
      @Parameter(hidden = true) @RequestParam MultiValueMap<String, String> given) {
    Dataset dataset = named(name);
    given.keySet().stream()
        .filter(parameter -> !parameter.equals("expected"))
        .findFirst()
        .ifPresent(
            unknown -> {
              throw Problem.badInput(
                  "unknown parameter '%s', expected one of [expected]".formatted(unknown));
            });
    // Asked for here, since the call has a thread of its own.
    String publisher = access.user("rest");
    return calls.one(calls.deadline(), () -> publish(dataset, version, expected, publisher));
  }

  private Published publish(Dataset dataset, long version, Long expected, String publisher) {
    List<Long> stored =
        sources.catalog().versions(dataset.name()).stream().map(Version::number).toList();
    if (!stored.contains(version)) {
      throw new RestProblem(
          HttpStatus.NOT_FOUND,
          "unknown version %s of %s, expected one of %s"
              .formatted(version, dataset.name(), stored));
    }
    long before = expected == null ? published(dataset) : expected;
    Publication publication = new Publication(publisher, sources.clock().instant());
    if (!sources.catalog().rollback(dataset.name(), before, version, publication)) {
      throw new RestProblem(
          HttpStatus.CONFLICT,
          "version %s of %s is not published any more, but %s: look again and repeat if you still want it"
              .formatted(before, dataset.name(), published(dataset)));
    }
    return new Published(dataset.name(), version, before);
  }

  private long published(Dataset dataset) {
    return sources.catalog().published(dataset.name()).map(Version::number).orElse(0L);
  }

  @GetMapping("/{dataset}/compare")
  @Operation(
      summary = "What the speed layer said of the records that the published version took over",
      description =
          "The published version beside the version before it with the deltas up to the same cut,"
              + " by bucket; as JSON, or as CSV with format=csv.")
  ResponseEntity<Object> compare(
      @PathVariable("dataset") String name,
      @RequestParam(name = "format", defaultValue = "json") String format) {
    Dataset dataset = named(name);
    if (!format.equals("json") && !format.equals("csv")) {
      throw Problem.badInput("unknown format '%s', expected json or csv".formatted(format));
    }
    Comparison.Result result = new Comparison(sources, dataset).run();
    return format.equals("csv")
        ? ResponseEntity.ok().contentType(Csv.TYPE).body(Csv.of(result))
        : ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(result);
  }

  @PostMapping("/{dataset}/verify")
  @Operation(
      summary = "Recomputes a dataset from the master dataset and compares with what is served",
      description = "Answers when it is done, which takes minutes; GET tells how far it is.")
  Verification.Result verify(@PathVariable("dataset") String name) {
    return verifications.run(named(name)).orElseThrow(() -> RestProblem.verifiedAlready(name));
  }

  @GetMapping("/{dataset}/verify")
  @Operation(summary = "How far verify is, and what it found last")
  Verifications.State verifyState(@PathVariable("dataset") String name) {
    return verifications.state(named(name));
  }

  private Dataset named(String name) {
    return NamedDataset.in(sources.datasets(), name);
  }
}
