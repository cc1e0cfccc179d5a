package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.schemas.Dataset;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonRowsTest {
  private static final Dataset READINGS = Fixtures.DATASETS.named("energy_readings");

  @TempDir private Path folder;

  @Test
  void readsNumbersDigitByDigitAndSkipsBlankLines() throws Exception {
    List<Object> prices = new ArrayList<>();
    try (Rows rows =
        rows(
            "\n{\"price_area\":\"DK1\",\"spot_price\":123456789012.345678}\r\n  \n{\"spot_price\":1e2}")) {
      while (rows.next()) {
        prices.add(rows.record().get("spot_price"));
      }
      assertThat(rows.line()).isEqualTo(4);
    }
    assertThat(prices)
        .containsExactly(new BigDecimal("123456789012.345678"), new BigDecimal("100.000000"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          {"price_area":                               ~ row: expected one JSON object
          [1]                                          ~ row: expected one JSON object
          {} {}                                        ~ row: expected one JSON object
          {"price_area":"a","price_area":"b"}          ~ row: expected one JSON object: Duplicate field
          {"area":"a"}                                 ~ row: expected fields of io.anabranch.datasets.EnergyReading but found 'area'
          {"price_area":{"a":1}}                       ~ price_area: expected one value but found '{"a":1}'
          {"spot_price":"dear"}                        ~ spot_price: expected a number but found 'dear'
          {"spot_price":1e999999999}                   ~ spot_price: expected a number that fits
          {"hour_utc":"2024-01-01 00:00"}              ~ hour_utc: expected a UTC time such as
          """)
  void tellsWhatIsNoRecord(String line, String reason) throws Exception {
    assertThat(refusal(line.getBytes(StandardCharsets.UTF_8))).startsWith(reason);
  }

  @Test
  void refusesOneLineAndNotTheFileForBytesThatAreNoText() throws Exception {
    assertThat(refusal(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}))
        .isEqualTo("row: expected UTF-8");
    byte[] deep = "{\"price_area\":".repeat(100_000).getBytes(StandardCharsets.UTF_8);
    assertThat(refusal(deep)).startsWith("row: expected at most");
    byte[] nested = "{\"price_area\":".repeat(10_000).getBytes(StandardCharsets.UTF_8);
    assertThat(refusal(nested)).startsWith("row: expected one JSON object");
  }

  private String refusal(byte[] line) throws IOException {
    Path file = Files.write(folder.resolve("r.jsonl"), line);
    try (SourceFile source = SourceFile.open(file);
        Rows rows = new JsonRows(source, READINGS)) {
      assertThat(rows.next()).isTrue();
      rows.record();
      return "accepted";
    } catch (Refusal e) {
      return e.getMessage();
    }
  }

  private Rows rows(String text) throws IOException {
    return new JsonRows(
        SourceFile.open(Files.writeString(folder.resolve("a.jsonl"), text)), READINGS);
  }
}
