package io.anabranch.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The analyst's queries in {@code hive/queries} on real records, where the checkout has them beside
 * it, through the real Beeline. What they must answer was computed from the raw files by {@code
 * hive/queries/expected.py}, which shares nothing with the platform.
 */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SavedQueriesIT {
  private static final Path QUERIES = Platform.HOME.resolve("hive/queries");

  private Platform platform;

  private static List<String> queries() throws IOException {
    return names(QUERIES, ".sql");
  }

  private static List<String> names(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(ending))
          .map(name -> name.substring(0, name.length() - ending.length()))
          .sorted()
          .toList();
    }
  }

  @BeforeAll
  void up() {
    Assumptions.assumeTrue(
        Files.isDirectory(Platform.REAL_RECORDS), "no real records beside the checkout");
    platform = Platform.up("queries");
    platform.loadReal("customer_orders", "online_retail.csv.gz", "--mapping", "online-retail");
    platform.loadReal("energy_readings", "elspotprices_2024.csv.gz");
    platform.loadReal("energy_readings", "electricity_balance_dk2_2024.csv.gz");
    platform.run("batch", "run", "customer_orders").expect(0);
    platform.run("batch", "run", "energy_readings").expect(0);
  }

  @AfterAll
  void down() {
    if (platform != null) {
      platform.close();
    }
  }

  private Platform.Outcome beeline(String... arguments) {
    String[] options = {"beeline", "--silent=true", "--outputformat=tsv2"};
    return platform.run(
        Stream.concat(Arrays.stream(options), Arrays.stream(arguments)).toArray(String[]::new));
  }

  @ParameterizedTest
  @MethodSource("queries")
  void answersWhatTheRawFilesSay(String query) throws IOException {
    Path expected = QUERIES.resolve("expected").resolve(query + ".tsv");
    List<List<String>> rows =
        rows(beeline("-e", Files.readString(QUERIES.resolve(query + ".sql"))).expect(0).out());
    assertThat(rows).isEqualTo(rows(Files.readString(expected)));
  }

  @Test
  void everyQueryHasAnExpectation() throws IOException {
    assertThat(names(QUERIES.resolve("expected"), ".tsv")).isEqualTo(queries()).hasSize(9);
  }

  @Test
  void beelineTakesAStatement() {
    String statement = "select count(*) as n from customer_orders where day = '2011-01-04'";
    assertThat(rows(beeline("-e", statement).expect(0).out())).first().isEqualTo(List.of("n"));
    assertThat(beeline("-e", "select * from nowhere").status()).isNotZero();
  }

  private String sql(String statement) {
    return platform.run("sql", "--csv", statement).expect(0).out();
  }

  @Test
  void onlyThePartitionsThatAQueryNamesAreRead() {
    assertThat(
            sql(
                "explain dependency select sum(total_amount) from customer_orders"
                    + " where day = '2011-01-04'"))
        .contains("run=1/day=2011-01-04")
        .doesNotContain("day=2011-01-05");
    assertThat(
            sql(
                "explain dependency select sum(orders) from sales_by_country where month >= '2011-11'"))
        .contains("month=2011-11", "month=2011-12")
        .doesNotContain("month=2011-10");
  }

  @Test
  void partitionsHaveStatistics() {
    assertThat(
            sql("describe formatted customer_orders_v1 partition (run = '1', day = '2011-01-04')"))
        .containsPattern("numRows\\s*,\\s*[1-9]")
        .containsPattern("numFiles\\s*,\\s*[1-9]")
        .containsPattern("totalSize\\s*,\\s*[1-9]");
  }

  @Test
  void aPlainJavaProgramAsksByJdbc() throws Exception {
    Path program =
        Platform.HOME.resolve("docs/examples/java/io/anabranch/examples/SalesOverJdbc.java");
    Process process =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                "exec \"$0\" -cp \"$(printf '%s:' target/dist/lib/beeline/*.jar)\" \"$@\"",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                program.toString(),
                "jdbc:hive2://" + platform.setting("platform.hive-server") + "/default",
                "2011-01")
            .directory(Platform.HOME.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(out.lines().findFirst().orElseThrow())
        .startsWith("United Kingdom\t")
        .contains("version 1, cut {\"0\":");
    assertThat(out.lines()).hasSizeGreaterThan(30);
  }

  /** The lines of a table, numbers without the zeros at their ends. */
  private static List<List<String>> rows(String table) {
    return table
        .lines()
        .filter(line -> !line.isBlank())
        .map(line -> Arrays.stream(line.split("\t", -1)).map(SavedQueriesIT::plain).toList())
        .toList();
  }

  private static String plain(String value) {
    if (value.matches("-?\\d+([.]\\d+)?")) {
      return new BigDecimal(value).stripTrailingZeros().toPlainString();
    }
    return value.equals("NULL") ? "" : value;
  }
}
