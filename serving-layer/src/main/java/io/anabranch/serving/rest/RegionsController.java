package io.anabranch.serving.rest;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.View;
import io.anabranch.serving.ServedValue;
import io.anabranch.serving.cells.Answer;
import io.anabranch.serving.cells.CellParameters;
import io.anabranch.serving.cells.CellQuery;
import io.anabranch.serving.cells.CellReader;
import io.anabranch.serving.cells.Pages;
import io.anabranch.serving.cells.RollingAverage;
import io.anabranch.serving.standing.Provenance;
import io.anabranch.views.Buckets;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Questions about energy by the names that people know; each stands for a route of {@link
 * ViewsController}, and answers what that answers.
 */
@RestController
@RequestMapping("/api/v1/regions/{region}")
final class RegionsController {
  private static final String VIEW = "energy_by_area";
  private static final String REGION = "price_area";
  private static final String USAGE = "consumption";
  private static final Duration LONGEST_WINDOW = Duration.ofDays(31);
  private static final Set<String> USAGE_PARAMETERS =
      Set.of("from", "to", "grain", "limit", "cursor", "format");
  private static final Set<String> AVERAGE_PARAMETERS = Set.of("from", "to", "window");

  /**
   * Averages over a window that ends with each hour.
   *
   * @param query what was read for it: from one window before the first hour
   */
  record RollingAverages(
      String region,
      String measure,
      String window,
      QueryJson query,
      List<Map<String, Object>> rows,
      Provenance provenance) {}

  private final ViewsController views;
  private final CellReader reader;
  private final Pages pages;

  RegionsController(ViewsController views, CellReader reader, Pages pages) {
    this.views = views;
    this.reader = reader;
    this.pages = pages;
  }

  @GetMapping("/usage")
  @Operation(
      summary = "Usage of a region between two dates",
      description =
          "Stands for GET /api/v1/views/energy_by_area/cells?where=price_area=REGION with the same"
              + " parameters, and answers the same.")
  @Parameter(in = ParameterIn.QUERY, name = "from", description = "first hour or date, UTC")
  @Parameter(in = ParameterIn.QUERY, name = "to", description = "hour or date after the last, UTC")
  @Parameter(in = ParameterIn.QUERY, name = "grain", description = "PT1H (the default), P1D, P1M")
  @Parameter(in = ParameterIn.QUERY, name = "limit", description = "rows of a page")
  @Parameter(in = ParameterIn.QUERY, name = "cursor", description = "next of the page before")
  @Parameter(in = ParameterIn.QUERY, name = "format", description = "json or csv")
  ResponseEntity<Object> usage(
      @PathVariable("region") String region,
      @Parameter(hidden = true) @RequestParam MultiValueMap<String, String> given,
      @Parameter(hidden = true) @RequestHeader(name = HttpHeaders.ACCEPT, defaultValue = "")
          String accept) {
    CellParameters.requireKnown(given, USAGE_PARAMETERS);
    boolean isNextPage = given.containsKey("cursor");
    if (isNextPage) {
      requireOfRegion(given.getFirst("cursor"), region);
    } else {
      requireRange(given);
    }
    MultiValueMap<String, String> asked = new LinkedMultiValueMap<>(given);
    if (!isNextPage || given.containsKey("from")) {
      asked.set("where", REGION + "=" + region);
    }
    return views.cells(VIEW, asked, accept);
  }

  /** A cursor that is no longer known is told of by the route that this one stands for. */
  private void requireOfRegion(String cursor, String region) {
    Map<String, Set<String>> where = Map.of(REGION, Set.of(region));
    if (pages.page(cursor).filter(p -> !p.answer().query().where().equals(where)).isPresent()) {
      throw Problem.badInput(
          "the cursor does not belong to the region %s: give it with that of the first page"
              .formatted(region));
    }
  }

  @GetMapping("/rolling-average")
  @Operation(
      summary = "Rolling average usage of a region, over 24 hours unless said otherwise",
      description =
          "The mean usage of the hours of a window that ends with each hour. It is made of the rows"
              + " of GET /api/v1/views/energy_by_area/cells?where=price_area=REGION&by=&grain=PT1H,"
              + " read from one window before the first hour on. Hours without usage count for"
              + " nothing.")
  @Parameter(in = ParameterIn.QUERY, name = "from", description = "first hour or date, UTC")
  @Parameter(in = ParameterIn.QUERY, name = "to", description = "hour or date after the last, UTC")
  @Parameter(
      in = ParameterIn.QUERY,
      name = "window",
      description = "whole hours up to P31D; PT24H if absent")
  RollingAverages rollingAverage(
      @PathVariable("region") String region,
      @Parameter(hidden = true) @RequestParam MultiValueMap<String, String> given) {
    CellParameters.requireKnown(given, AVERAGE_PARAMETERS);
    requireRange(given);
    View view = views.view(VIEW);
    Duration window = window(given.getFirst("window"), view.grain());
    MultiValueMap<String, String> asked = new LinkedMultiValueMap<>(given);
    asked.remove("window");
    asked.set("where", REGION + "=" + region);
    asked.set("by", "");
    CellQuery hours = CellParameters.of(view, asked).query();
    Answer answer = reader.read(earlier(hours, window.minus(view.grain())));
    return new RollingAverages(
        region,
        USAGE,
        window.toString(),
        QueryJson.of(answer.query()),
        RollingAverage.of(answer, USAGE, window, hours.range().from()).stream()
            .map(RegionsController::row)
            .toList(),
        answer.provenance());
  }

  private static Map<String, Object> row(RollingAverage average) {
    return Map.of(
        "bucket",
        Instant.ofEpochSecond(average.bucket()).toString(),
        "average",
        ServedValue.json(average.average()),
        "hours",
        average.buckets());
  }

  /** The same query, from earlier on. */
  private static CellQuery earlier(CellQuery query, Duration by) {
    return query.of(
        new Buckets(query.range().from() - by.toSeconds(), query.range().to()), query.where());
  }

  private static Duration window(String text, Duration grain) {
    try {
      Duration window = text == null ? Duration.ofHours(24) : Duration.parse(text);
      boolean isInBounds = window.compareTo(grain) >= 0 && window.compareTo(LONGEST_WINDOW) <= 0;
      if (isInBounds && window.toMillis() % grain.toMillis() == 0) {
        return window;
      }
    } catch (DateTimeParseException e) {
      // told below, like a window that is too long
    }
    throw Problem.badInput(
        "window '%s' is none: write whole hours from PT1H to P31D, such as PT24H".formatted(text));
  }

  private static void requireRange(Map<String, List<String>> given) {
    for (String name : List.of("from", "to")) {
      if (!given.containsKey(name)) {
        throw Problem.badInput(
            "'%s' is missing: write from=2024-09-01&to=2024-09-08, the last day is not in it"
                .formatted(name));
      }
    }
  }
}
