package io.anabranch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code query}: merged cells of a view. */
@Command(
    name = "query",
    description = "Reads merged cells of a view: the batch version and what came after its cut.",
    footer = {
      "%nExamples:",
      "  anabranch query sales_by_country --grain P1M --top revenue:5",
      "  anabranch query sales_by_country --grain P1D --window P7D --from 2011-01-01 --to 2011-02-01",
      "  anabranch query sales_by_category --from 2011-01-01 --to 2011-02-01 \\",
      "      --by category --where country=France --format csv",
    })
final class QueryCommand implements Callable<Integer> {
  enum Format {
    TABLE,
    CSV,
    JSON
  }

  private static final String PAGE_ROWS = "10000";

  @Mixin private CommonOptions common;
  @Mixin private PlatformOptions options;

  @Parameters(paramLabel = "VIEW", description = "name of the view")
  private String view;

  @Option(names = "--from", description = "first bucket, 2024-01-31 or 2024-01-31T13:00:00Z (UTC)")
  private String from;

  @Option(names = "--to", description = "end of the buckets, exclusive")
  private String to;

  @Option(names = "--by", split = ",", description = "dimensions to keep, joined by commas")
  private List<String> by;

  @Option(
      names = "--where",
      paramLabel = "DIMENSION=VALUE",
      description = "only these; may stand several times")
  private List<String> where = List.of();

  @Option(names = "--grain", description = "PT1H, P1D, P1M or all: the view's own or coarser")
  private String grain;

  @Option(
      names = "--window",
      paramLabel = "DURATION",
      description =
          "a multiple of the grain: each row is the sum of the window that ends with its bucket")
  private String window;

  @Option(
      names = "--top",
      paramLabel = "MEASURE:N",
      description = "only the N greatest of each bucket")
  private String top;

  @Option(
      names = "--as-of",
      paramLabel = "MOMENT",
      description = "as_of of an earlier answer's provenance, to read it again")
  private String asOf;

  @Option(names = "--limit", description = "rows of one page; without it all rows are read")
  private Integer limit;

  @Option(names = "--cursor", description = "\"next\" of the page before")
  private String cursor;

  @Option(names = "--format", description = "table, csv or json (default: table)")
  private Format format = Format.TABLE;

  @Override
  public Integer call() {
    Rest rest = Rest.of(options.existing());
    List<JsonNode> rows = new ArrayList<>();
    JsonNode page = page(rest, cursor);
    JsonNode first = page;
    page.path("rows").forEach(rows::add);
    while (limit == null && page.path("next").isTextual()) {
      page = page(rest, page.path("next").asText());
      page.path("rows").forEach(rows::add);
    }
    print(rows, first, page.path("next"));
    return 0;
  }

  private JsonNode page(Rest rest, String cursor) {
    return rest.get("/api/v1/views/" + Rest.encoded(view) + "/cells", parameters(cursor));
  }

  private List<Map.Entry<String, String>> parameters(String cursor) {
    List<Map.Entry<String, String>> all = new ArrayList<>();
    add(all, "from", from);
    add(all, "to", to);
    add(all, "by", by == null ? null : String.join(",", by));
    where.forEach(condition -> add(all, "where", condition));
    add(all, "grain", grain);
    add(all, "window", window);
    add(all, "top", top);
    add(all, "as_of", asOf);
    add(all, "limit", limit == null ? PAGE_ROWS : limit.toString());
    add(all, "cursor", cursor);
    return all;
  }

  private static void add(List<Map.Entry<String, String>> all, String name, String value) {
    if (value != null) {
      all.add(Map.entry(name, value));
    }
  }

  private void print(List<JsonNode> rows, JsonNode first, JsonNode next) {
    if (common.json() || format == Format.JSON) {
      ObjectNode json = Json.object();
      json.put("view", view);
      json.set("query", first.path("query"));
      json.putArray("rows").addAll(rows);
      json.set("provenance", first.path("provenance"));
      json.set("next", next.isTextual() ? next : null);
      System.out.println(Json.line(json));
      return;
    }
    System.out.print(format == Format.CSV ? CsvText.of(rows) : ObjectTable.of(rows).render());
    Words.say(words(first.path("provenance")));
    if (next.isTextual()) {
      Words.say("more rows: add --cursor " + next.asText());
    }
  }

  /** Where an answer comes from, for people. */
  static String words(JsonNode provenance) {
    String exact =
        provenance.path("exact").asBoolean()
            ? "exact"
            : "NOT exact, missing " + provenance.path("missing");
    return "batch version %s, lag %s ms, %s"
        .formatted(
            provenance.path("version").asText("none"),
            provenance.path("lag_ms").asText("unknown"),
            exact);
  }
}
