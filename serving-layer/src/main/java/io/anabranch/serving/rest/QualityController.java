package io.anabranch.serving.rest;

import io.anabranch.schemas.Dataset;
import io.anabranch.serving.Sources;
import io.anabranch.serving.StoreCalls;
import io.anabranch.serving.quality.ReportSummary;
import io.anabranch.views.Version;
import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What batch runs found of the quality of their records. */
@RestController
@RequestMapping("/api/v1/datasets/{dataset}/quality")
final class QualityController {
  /** The reports of a dataset, oldest first. */
  record ReportList(String dataset, long published, List<ReportSummary> reports) {}

  private final Sources sources;
  private final StoreCalls calls;

  QualityController(Sources sources, StoreCalls calls) {
    this.sources = sources;
    this.calls = calls;
  }

  @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      summary = "The quality report of a version, the published one by default",
      description = "Also of a run that its checks kept from publishing, under the run's number.")
  ResponseEntity<String> report(
      @PathVariable("dataset") String name,
      @RequestParam(name = "version", required = false) Long version) {
    Dataset dataset = NamedDataset.in(sources.datasets(), name);
    return calls.one(
        calls.deadline(),
        () -> {
          long run = version == null ? requirePublished(dataset) : version;
          String report =
              sources.quality().of(dataset, run).orElseThrow(() -> unknown(dataset, run));
          return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(report);
        });
  }

  @GetMapping("/versions")
  @Operation(summary = "The quality reports that are kept, oldest first, those of refused runs too")
  ReportList reports(@PathVariable("dataset") String name) {
    Dataset dataset = NamedDataset.in(sources.datasets(), name);
    return calls.one(
        calls.deadline(),
        () -> {
          long published = published(dataset).orElse(0L);
          List<ReportSummary> reports =
              sources.quality().runs(dataset).stream()
                  .flatMap(run -> summary(dataset, run, published).stream())
                  .toList();
          return new ReportList(name, published, reports);
        });
  }

  /** Nothing if the report was swept away meanwhile. */
  private Optional<ReportSummary> summary(Dataset dataset, long run, long published) {
    return sources
        .quality()
        .of(dataset, run)
        .map(report -> ReportSummary.of(run, report, published));
  }

  private Optional<Long> published(Dataset dataset) {
    return sources.catalog().published(dataset.name()).map(Version::number);
  }

  private long requirePublished(Dataset dataset) {
    return published(dataset)
        .orElseThrow(
            () ->
                new RestProblem(
                    HttpStatus.NOT_FOUND,
                    "no version of %s is published yet: run 'anabranch batch run %s'"
                        .formatted(dataset.name(), dataset.name())));
  }

  private RestProblem unknown(Dataset dataset, long run) {
    return new RestProblem(
        HttpStatus.NOT_FOUND,
        "no quality report of version %s of %s is kept, expected one of %s"
            .formatted(run, dataset.name(), sources.quality().runs(dataset)));
  }
}
