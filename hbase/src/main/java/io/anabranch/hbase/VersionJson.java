package io.anabranch.hbase;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.views.Cut;
import io.anabranch.views.Offsets;
import io.anabranch.views.Version;
import io.anabranch.views.Version.Publication;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
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
    json.put("rows_read", version.rowsRead());
    json.put("clean_rows", version.cleanRows());
    json.put("cells", version.cells());
    json.put("bytes", version.bytes());
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
          texts(json.required("profile")),
          texts(json.required("views")),
          json.required("rows_read").longValue(),
          json.required("clean_rows").longValue(),
          json.required("cells").longValue(),
          json.required("bytes").longValue(),
          Instant.parse(json.required("created").textValue()),
          Duration.ofMillis(json.required("duration_ms").longValue()),
          publication(json));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a version: " + text, e);
    }
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
