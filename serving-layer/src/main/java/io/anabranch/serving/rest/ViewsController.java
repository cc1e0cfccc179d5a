package io.anabranch.serving.rest;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Datasets;
import io.anabranch.schemas.View;
import io.anabranch.serving.cells.Answer;
import io.anabranch.serving.cells.CellParameters;
import io.anabranch.serving.cells.CellQuery;
import io.anabranch.serving.cells.CellReader;
import io.anabranch.serving.cells.Grain;
import io.anabranch.serving.cells.Pages;
import io.anabranch.serving.standing.AsOf;
import io.anabranch.serving.standing.Provenance;
import io.anabranch.serving.verify.Verifications;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** Views and their merged cells. */
@RestController
@RequestMapping("/api/v1/views")
final class ViewsController {
  /** The views of all datasets. */
  record ViewList(List<ViewDescription> views) {}

  /** What a view holds. */
  record ViewDescription(
      String view,
      String dataset,
      String grain,
      List<String> dimensions,
      List<MeasureDescription> measures,
      boolean approximate,
      boolean eventual) {
    static ViewDescription of(View view) {
      return new ViewDescription(
          view.name(),
          view.dataset(),
          Grain.display(view.grain()),
          view.dimensions(),
          view.measures().values().stream()
              .map(
                  m ->
                      new MeasureDescription(
                          m.name(),
                          m.kind().name().toLowerCase(java.util.Locale.ROOT),
                          m.input().orElse(null),
                          m.type().sqlName()))
              .toList(),
          view.approximate(),
          view.eventual());
    }
  }

  /**
   * A measure.
   *
   * @param input the column that is measured; null for a count of records
   * @param type the input's type, as in SQL
   */
  record MeasureDescription(String measure, String kind, String input, String type) {}

  /**
   * One page of an answer.
   *
   * @param query what was asked for
   * @param next cursor of the next page, null at the end
   */
  record CellPage(
      String view,
      QueryJson query,
      List<Map<String, Object>> rows,
      Provenance provenance,
      String next) {
    /** Whether it has all that an answer of the view has; a caller may send anything. */
    boolean isWholeOf(String name) {
      return name.equals(view)
          && query != null
          && rows != null
          && !rows.contains(null)
          && provenance != null
          && provenance.cut() != null
          && provenance.applied() != null;
    }
  }

  private final Datasets datasets;
  private final CellReader reader;
  private final Pages pages;
  private final Verifications verifications;
  private final JsonMapper json;

  ViewsController(
      Datasets datasets,
      CellReader reader,
      Pages pages,
      Verifications verifications,
      JsonMapper json) {
    this.datasets = datasets;
    this.reader = reader;
    this.pages = pages;
    this.verifications = verifications;
    this.json = json;
  }

  @GetMapping
  @Operation(summary = "All views with their dimensions and measures")
  ViewList views() {
    return new ViewList(
        datasets.all().stream()
            .flatMap(dataset -> dataset.views().values().stream())
            .map(ViewDescription::of)
            .toList());
  }

  @GetMapping("/{view}/cells")
  @Operation(
      summary = "Merged cells of a view, with their provenance",
      description =
          "Rows are ordered by bucket, then dimensions. All pages of an answer come from one reading"
              + " of the stores, so no row comes twice or is left out; a cursor lives for five"
              + " minutes.")
  @Parameter(
      in = ParameterIn.QUERY,
      name = "from",
      description = "buckets that start then or later, UTC: 2024-01-31 or 2024-01-31T13:00:00Z")
  @Parameter(in = ParameterIn.QUERY, name = "to", description = "buckets that start before")
  @Parameter(
      in = ParameterIn.QUERY,
      name = "by",
      description = "dimensions to keep, joined by commas; all if absent, none if empty")
  @Parameter(
      in = ParameterIn.QUERY,
      name = "where",
      description = "dimension=value, repeatable; several values of one dimension are alternatives")
  @Parameter(
      in = ParameterIn.QUERY,
      name = "grain",
      description = "PT1H, P1D, P1M, all: the view's own or coarser")
  @Parameter(
      in = ParameterIn.QUERY,
      name = "window",
      description =
          "a multiple of the grain, such as P7D with grain=P1D: each row is the sum of the window"
              + " that ends with its bucket, and rows go on as long as their window holds a record")
  @Parameter(
      in = ParameterIn.QUERY,
      name = "top",
      description = "measure:n, the n greatest of each bucket")
  @Parameter(
      in = ParameterIn.QUERY,
      name = "limit",
      description = "rows of a page, 1 to 100000; 1000 if absent")
  @Parameter(in = ParameterIn.QUERY, name = "cursor", description = "next of the page before")
  @Parameter(
      in = ParameterIn.QUERY,
      name = "until",
      description =
          "a marker's number, that of the published version or a later one: only epochs before it")
  @Parameter(
      in = ParameterIn.QUERY,
      name = "as_of",
      description =
          "as_of of an earlier answer's provenance: the cells as they were then, or 410 if the"
              + " stores no longer hold them")
  @Parameter(in = ParameterIn.QUERY, name = "format", description = "json or csv")
  ResponseEntity<Object> cells(
      @PathVariable("view") String name,
      @Parameter(hidden = true) @RequestParam MultiValueMap<String, String> given,
      @Parameter(hidden = true) @RequestHeader(name = HttpHeaders.ACCEPT, defaultValue = "")
          String accept) {
    CellParameters parameters = CellParameters.of(view(name), given);
    int limit = parameters.limit();
    boolean csv = parameters.csv(accept);
    Optional<String> cursor = parameters.cursor();
    Pages.Page page =
        cursor.isPresent()
            ? next(cursor.get(), name, parameters)
            : new Pages.Page(read(parameters), 0);
    Optional<String> next =
        cursor.isPresent()
            ? pages.after(cursor.get(), page, limit)
            : pages.afterFirst(page.answer(), limit);
    return csv ? csv(page, limit, next) : json(page, limit, next);
  }

  private Answer read(CellParameters parameters) {
    return parameters
        .asOf()
        .map(moment -> reader.read(parameters.query(), moment))
        .orElseGet(() -> reader.read(parameters.query()));
  }

  private Pages.Page next(String cursor, String view, CellParameters parameters) {
    Pages.Page page =
        pages
            .page(cursor)
            .orElseThrow(
                () ->
                    new RestProblem(
                        HttpStatus.GONE,
                        "the cursor is unknown or has expired: ask for the first page again"));
    CellQuery query = page.answer().query();
    if (!query.view().name().equals(view)
        || (parameters.asksMoreThanAPage() && !query.equals(parameters.query()))
        || parameters.asOf().filter(moment -> !isOf(moment, page.answer())).isPresent()) {
      throw Problem.badInput(
          "the cursor belongs to another query: give it with the parameters of the first page, or alone");
    }
    return page;
  }

  private static boolean isOf(AsOf moment, Answer answer) {
    return moment.text().equals(answer.provenance().asOf());
  }

  private static ResponseEntity<Object> json(Pages.Page page, int limit, Optional<String> next) {
    Answer answer = page.answer();
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_JSON)
        .body(
            new CellPage(
                answer.query().view().name(),
                QueryJson.of(answer.query()),
                answer.rows(page.from(), limit).stream()
                    .map(row -> Json.row(answer.query(), row))
                    .toList(),
                answer.provenance(),
                next.orElse(null)));
  }

  private ResponseEntity<Object> csv(Pages.Page page, int limit, Optional<String> next) {
    Answer answer = page.answer();
    ResponseEntity.BodyBuilder response =
        ResponseEntity.ok()
            .contentType(Csv.TYPE)
            .header("Anabranch-Provenance", json.writeValueAsString(answer.provenance()));
    next.ifPresent(cursor -> response.header("Anabranch-Next", cursor));
    return response.body(Csv.of(answer.query(), answer.rows(page.from(), limit)));
  }

  @PostMapping("/{view}/verify")
  @Operation(
      summary = "Recomputes a served answer from the master dataset and compares",
      description =
          "Takes an answer of GET /views/{view}/cells as it was served, in JSON, from its first row"
              + " on. It is recomputed as of its own provenance, as long as its version is kept."
              + " Answers when it is done, which takes minutes.")
  AnswerCheck.Result verify(@PathVariable("view") String name, @RequestBody CellPage served) {
    View view = view(name);
    if (!served.isWholeOf(name)) {
      throw Problem.badInput(
          "this is no answer of the view %s: send one as GET /views/%s/cells served it"
              .formatted(name, name));
    }
    if (!served.provenance().exact()) {
      throw Problem.badInput(
          "the answer says itself that it is not exact, missing %s"
              .formatted(served.provenance().missing()));
    }
    CellQuery query = CellParameters.of(view, served.query().parameters()).query();
    long start = System.nanoTime();
    Answer recomputed =
        verifications
            .recompute(query, served.provenance())
            .orElseThrow(() -> RestProblem.verifiedAlready(view.dataset()));
    return new AnswerCheck(json)
        .compare(served.rows(), served.next() == null, recomputed, System.nanoTime() - start);
  }

  /**
   * The view of that name.
   *
   * @throws RestProblem 404 if no dataset has one
   */
  View view(String name) {
    TreeSet<String> known = new TreeSet<>();
    for (var dataset : datasets.all()) {
      if (dataset.views().containsKey(name)) {
        return dataset.views().get(name);
      }
      known.addAll(dataset.views().keySet());
    }
    throw new RestProblem(
        HttpStatus.NOT_FOUND, "unknown view '%s', expected one of %s".formatted(name, known));
  }
}
