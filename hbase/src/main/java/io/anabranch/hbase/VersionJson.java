package io.anabranch.hbase;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.views.Cut;
import io.anabranch.views.Offsets;
import io.anabranch.views.Version;
import io.anabranch.views.Version.Counts;
import io.anabranch.views.Version.Publication;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A version as the catalog keeps it: one JSON object, readable in the HBase shell. */
final class VersionJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private VersionJson() {}

  static byte[] write(Version version) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("dataset", version.dataset());
    json.put("version", version.number());
    ObjectNode cut = json.putObject("cut");
    version.cut().offsets().byPartition().forEach((p, offset) -> cut.put(p.toString(), offset));
    ObjectNode profile = json.putObject("profile");
    version.profile().forEach(profile::put);
    ObjectNode views = json.putObject("views");
    version.views().forEach(views::put);
    json.put("definition", version.definition());
    ArrayNode runs = json.putArray("runs");
    version.runs().forEach(runs::add);
    write(version.counts(), json);
    json.put("created", version.created().toString());
    json.put("duration_ms", version.duration().toMillis());
    version
        .publication()
        .ifPresent(
            publication -> {
              json.put("published_by", publication.by());
              json.put("published_at", publication.at().toString());
            });
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if the bytes are no version
   */
  static Version read(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      JsonNode json = MAPPER.readTree(text);
      return new Version(
          json.required("dataset").textValue(),
          new Cut(json.required("version").longValue(), offsets(json.required("cut"))),
          runs(json.required("runs")),
          texts(json.required("profile")),
          texts(json.required("views")),
          json.required("definition").textValue(),
          counts(json),
          Instant.parse(json.required("created").textValue()),
          Duration.ofMillis(json.required("duration_ms").longValue()),
          publication(json));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a version: " + text, e);
    }
  }

  private static void write(Counts counts, ObjectNode json) {
    json.put("rows_read", counts.rowsRead());
    json.put("clean_rows", counts.cleanRows());
    json.put("repeats", counts.repeats());
    ObjectNode quarantined = json.putObject("quarantined");
    counts.quarantined().forEach(quarantined::put);
    json.put("cells", counts.cells());
    json.put("bytes", counts.bytes());
  }

  private static Counts counts(JsonNode json) {
    Map<String, Long> quarantined = new LinkedHashMap<>();
    json.required("quarantined")
        .properties()
        .forEach(e -> quarantined.put(e.getKey(), e.getValue().longValue()));
    return new Counts(
        json.required("rows_read").longValue(),
        json.required("clean_rows").longValue(),
        json.required("repeats").longValue(),
        quarantined,
        json.required("cells").longValue(),
        json.required("bytes").longValue());
  }

  private static List<Long> runs(JsonNode json) {
    List<Long> runs = new ArrayList<>();
    json.forEach(run -> runs.add(run.longValue()));
    return runs;
  }

  private static Optional<Publication> publication(JsonNode json) {
    return json.has("published_by")
        ? Optional.of(
            new Publication(
                json.required("published_by").textValue(),
                Instant.parse(json.required("published_at").textValue())))
        : Optional.empty();
  }

  private static Offsets offsets(JsonNode json) {
    Map<Integer, Long> offsets = new LinkedHashMap<>();
    json.properties()
        .forEach(e -> offsets.put(Integer.valueOf(e.getKey()), e.getValue().longValue()));
    return new Offsets(offsets);
  }

  private static Map<String, String> texts(JsonNode json) {
    Map<String, String> texts = new LinkedHashMap<>();
    json.properties().forEach(e -> texts.put(e.getKey(), e.getValue().textValue()));
    return texts;
  }
}
