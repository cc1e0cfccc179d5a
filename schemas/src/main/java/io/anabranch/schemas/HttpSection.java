package io.anabranch.schemas;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** A source of format http. */
final class HttpSection {
  private static final Set<String> KEYS =
      Set.of(
          "format",
          "url",
          "sort",
          "zone",
          "from",
          "overlap",
          "slice",
          "every",
          "page",
          "rate",
          "authorization",
          "decimal",
          "columns");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final double NS = 1e9;

  private final Map<String, YamlValue> source;

  private HttpSection(Map<String, YamlValue> source) {
    this.source = source;
  }

  static HttpSource read(
      String name, YamlValue value, Map<String, FieldType> fields, String eventTime) {
    Map<String, YamlValue> source = value.entries(KEYS);
    Columns columns = ColumnsSection.read(value, source, fields);
    if (!columns.sources().containsKey(eventTime)) {
      throw source
          .get("columns")
          .problem("lacks the event time '" + eventTime + "', by which a poll is resumed");
    }
    HttpSection section = new HttpSection(source);
    return new HttpSource(
        name,
        url(value.required(source, "url")),
        value.required(source, "sort").text(),
        section.zone(),
        value.required(source, "from").instant(),
        value.required(source, "overlap").duration(),
        section.duration("slice", Duration.ofDays(31)),
        section.duration("every", Duration.ofHours(1)),
        source.containsKey("page") ? source.get("page").integer(1, 100_000) : 1000,
        section.gap(),
        section.authorization(),
        columns);
  }

  private static URI url(YamlValue value) {
    URI url;
    try {
      url = new URI(value.text());
    } catch (URISyntaxException e) {
      throw value.problem("no address: " + e.getReason());
    }
    if (!Set.of("http", "https").contains(String.valueOf(url.getScheme()))
        || url.getHost() == null) {
      throw value.problem("expected http://... or https://... with the name of a host");
    } else if (url.getRawUserInfo() != null) {
      throw value.problem(
          "no user and no password in an address: write 'authorization: VARIABLE', an environment variable that holds the header's value");
    } else if (url.getRawQuery() != null || url.getRawFragment() != null) {
      throw value.problem(
          "expected an address without '?' and '#': start, end, sort, limit and offset are added, secrets go to 'authorization'");
    }
    return url;
  }

  private ZoneId zone() {
    return source.containsKey("zone") ? ColumnsSection.zone(source.get("zone")) : ZoneOffset.UTC;
  }

  private Duration duration(String key, Duration fallback) {
    return source.containsKey(key) ? source.get(key).duration() : fallback;
  }

  private Duration gap() {
    double rate = source.containsKey("rate") ? source.get("rate").number(0.001, 1000) : 1;
    return Duration.ofNanos((long) (NS / rate));
  }

  private Optional<String> authorization() {
    YamlValue value = source.get("authorization");
    if (value != null && !VARIABLE.matcher(value.text()).matches()) {
      throw value.problem(
          "expected the name of an environment variable, not a secret: letters, digits and underscores");
    }
    return Optional.ofNullable(value).map(YamlValue::text);
  }
}
