package io.anabranch.serving.rest;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.View;
import io.anabranch.serving.Sources;
import io.anabranch.serving.cells.CellQuery;
import io.anabranch.serving.cells.CellReader;
import io.anabranch.serving.cells.Grain;
import io.anabranch.views.Buckets;
import io.anabranch.views.MergedView;
import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Says whether the process serves: once every view was read one time, so that connections are open
 * and code is loaded. Later failures of the stores do not make it unhealthy, since a restart would
 * not mend them.
 */
@RestController
final class HealthController {
  private static final Logger LOG = LoggerFactory.getLogger(HealthController.class);

  private final Sources sources;
  private final CellReader reader;
  private volatile boolean ready;

  HealthController(Sources sources, CellReader reader) {
    this.sources = sources;
    this.reader = reader;
  }

  @GetMapping("/health")
  @Operation(summary = "200 once the process serves, 503 before")
  ResponseEntity<Map<String, String>> health() {
    return ready
        ? ResponseEntity.ok(Map.of("state", "ready"))
        : ResponseEntity.status(503).body(Map.of("state", "starting"));
  }

  @EventListener(ApplicationReadyEvent.class)
  void warmUp() {
    for (Dataset dataset : sources.datasets().all()) {
      for (View view : dataset.views().values()) {
        try {
          reader.read(everything(view));
        } catch (Problem problem) {
          LOG.warn("warm-up of {}: {}", view.name(), problem.getMessage());
        }
      }
    }
    ready = true;
  }

  private static CellQuery everything(View view) {
    return new CellQuery(
        view,
        Buckets.ALL,
        List.of(),
        Map.of(),
        Grain.of(view),
        Optional.empty(),
        Optional.empty(),
        MergedView.NOW);
  }
}
