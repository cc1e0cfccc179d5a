package io.anabranch.serving.rest;

import io.swagger.v3.oas.annotations.Operation;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Routes of runs by the names that people know; each answers what the general one answers. */
@RestController
@RequestMapping("/api/v1/jobs")
final class JobAliases {
  private final RunsController runs;

  JobAliases(RunsController runs) {
    this.runs = runs;
  }

  @PostMapping
  @Operation(summary = "Starts a job: POST /api/v1/runs")
  RunJson start(@RequestBody RunsController.StartRequest request) {
    return runs.start(request);
  }

  @GetMapping("/{run}/status")
  @Operation(summary = "A job's status: GET /api/v1/runs/{run}")
  RunJson.Detail status(@PathVariable("run") String id) {
    return runs.run(id);
  }

  @GetMapping("/{run}/metrics")
  @Operation(summary = "A job's metrics: GET /api/v1/runs/{run}/metrics")
  MetricsJson metrics(@PathVariable("run") String id) {
    return runs.metrics(id);
  }
}
