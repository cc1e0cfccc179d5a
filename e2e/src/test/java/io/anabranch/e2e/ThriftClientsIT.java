package io.anabranch.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.yaml.snakeyaml.Yaml;

/**
 * The examples of {@code docs/examples/thrift}, in languages that the platform is not written in,
 * read back what Hive has. They are made from HBase's own IDL by Debian's Thrift compiler.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ThriftClientsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path EXAMPLES = Platform.HOME.resolve("docs/examples/thrift");
  private static final Pattern NUMBER = Pattern.compile("-?\\d+([.]\\d+)?");
  private static final Pattern TIME =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d([.]\\d+)?Z?");
  private static final int ORDERS = 1_000;

  /** A client and the server that it speaks to. */
  enum Client {
    PYTHON("platform.thrift", "/usr/bin/python3", "python/rows.py"),
    NODE("platform.thrift2", "node", "node/rows.js");

    private final String server;
    private final String interpreter;
    private final String program;

    Client(String server, String interpreter, String program) {
      this.server = server;
      this.interpreter = interpreter;
      this.program = program;
    }
  }

  private Platform platform;

  @BeforeAll
  void up() throws Exception {
    output(EXAMPLES.resolve("prepare").toString());
    platform = Platform.up("thrift");
    load("customer_orders", ORDERS);
    // Seven areas take turns: 143 hours of each.
    load("energy_readings", 1_001);
  }

  private void load(String dataset, int records) {
    String count = Integer.toString(records);
    platform
        .run("ingest", "generate", "-d", dataset, "--count", count, "--error-rate", "0")
        .expect(0);
    platform.awaitCaughtUp(dataset);
    JsonNode run = platform.batchRun(dataset);
    assertThat(run.path("clean_rows").asInt()).isEqualTo(records);
  }

  @AfterAll
  void down() {
    if (platform != null) {
      platform.close();
    }
  }

  /** What a program printed, which must end well. */
  private static List<String> output(String... command) throws Exception {
    Path err = Files.createTempFile("thrift", ".err");
    Process process = new ProcessBuilder(command).redirectError(err.toFile()).start();
    process.getOutputStream().close();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .toList();
    assertThat(process.waitFor()).as("%s: %s", List.of(command), Files.readString(err)).isZero();
    return lines;
  }

  /** The JSON values that a client printed, one a line. */
  private List<JsonNode> ask(Client client, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                client.interpreter,
                EXAMPLES.resolve(client.program).toString(),
                platform.setting(client.server)));
    command.addAll(List.of(arguments));
    List<JsonNode> answers = new ArrayList<>();
    for (String line : output(command.toArray(String[]::new))) {
      answers.add(JSON.readTree(line));
    }
    return answers;
  }

  @ParameterizedTest
  @EnumSource
  void allRowsEqualThoseOfHive(Client client) throws Exception {
    TreeMap<String, Map<String, Object>> rows = new TreeMap<>();
    for (JsonNode row : ask(client, "scan", "customer_orders", "L-")) {
      rows.put(row.path("row").asText(), columns(row));
    }
    TreeMap<String, Map<String, Object>> expected = new TreeMap<>();
    Map<String, String> families = familiesOf("customer_orders");
    for (JsonNode row : platform.sql("select * from customer_orders")) {
      expected.put(row.path("row_key").asText(), columns(row, families));
    }
    assertThat(expected).hasSize(ORDERS);
    assertThat(rows).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource
  void oneRowIsFoundByItsKey(Client client) throws Exception {
    JsonNode first =
        platform
            .sql("select row_key, customer_id from customer_orders order by row_key limit 1")
            .get(0);
    JsonNode row = ask(client, "get", "customer_orders", first.path("row_key").asText()).get(0);
    assertThat(row.path("row").asText()).isEqualTo(first.path("row_key").asText());
    assertThat(row.path("customer:customer_id").asText())
        .isEqualTo(first.path("customer_id").asText());
    assertThat(ask(client, "get", "customer_orders", "nobody").get(0).isNull()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void aDayIsReadPageByPage(Client client) throws Exception {
    List<JsonNode> pages = ask(client, "page", "energy_readings", "DK1|2024-01-03", "10");
    assertThat(pages.stream().map(JsonNode::size)).containsExactly(10, 10, 4);
    List<Map<String, Object>> rows = new ArrayList<>();
    pages.forEach(page -> page.forEach(row -> rows.add(columns(row))));
    List<Map<String, Object>> expected = new ArrayList<>();
    Map<String, String> families = familiesOf("energy_readings");
    String day =
        "select * from energy_readings where price_area = 'DK1' and month = '2024-01'"
            + " and to_date(hour_utc) = '2024-01-03' order by hour_utc";
    platform.sql(day).forEach(row -> expected.add(columns(row, families)));
    assertThat(rows).isEqualTo(expected);
  }

  /** Column to the family that the dataset file puts it in. */
  private static Map<String, String> familiesOf(String dataset) throws IOException {
    Path file = Platform.HOME.resolve("schemas/src/main/datasets/" + dataset + ".yaml");
    Map<String, Object> declared = new Yaml().load(Files.readString(file));
    Map<String, String> families = new TreeMap<>();
    ((Map<?, ?>) ((Map<?, ?>) declared.get("hbase")).get("families"))
        .forEach(
            (family, columns) ->
                ((List<?>) columns).forEach(column -> families.put("" + column, "" + family)));
    return families;
  }

  /** A row as a client printed it. */
  private static Map<String, Object> columns(JsonNode row) {
    Map<String, Object> columns = new TreeMap<>();
    row.properties().forEach(column -> columns.put(column.getKey(), value(column.getValue())));
    columns.remove("row");
    return columns;
  }

  /** A row as Hive has it, by the names that HBase has. */
  private static Map<String, Object> columns(JsonNode row, Map<String, String> families) {
    Map<String, Object> columns = new TreeMap<>();
    families.forEach(
        (column, family) -> {
          if (!row.path(column).isNull()) {
            columns.put(family + ":" + column, value(row.path(column)));
          }
        });
    return columns;
  }

  /** Numbers and times by what they say, however they are written. */
  private static Object value(JsonNode value) {
    String text = value.asText();
    if (value.isNumber() || NUMBER.matcher(text).matches()) {
      return new BigDecimal(text).stripTrailingZeros();
    } else if (TIME.matcher(text).matches()) {
      return Instant.parse(text.replace(' ', 'T').replace("Z", "") + "Z");
    }
    return text;
  }

  /** Java, as the page shows it. */
  @Test
  void theJavaExampleRunsFromItsSource() throws Exception {
    Path program =
        Platform.HOME.resolve("docs/examples/java/io/anabranch/examples/RowsOverThrift.java");
    List<String> lines =
        output(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            Platform.HOME.resolve("target/dist/lib/stack") + "/*",
            program.toString(),
            platform.setting("platform.thrift2"),
            "page",
            "energy_readings",
            "DK1|2024-01-03");
    assertThat(lines).hasSize(24 + 3).contains("-- 10 rows", "-- 4 rows");
  }
}
