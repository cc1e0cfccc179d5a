package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.schemas.Dataset;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvRowsTest {
  private static final Dataset ORDERS = Fixtures.DATASETS.named("customer_orders");
  private static final Dataset READINGS = Fixtures.DATASETS.named("energy_readings");
  private static final String RETAIL =
      "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";
  private static final String PRICES = "HourUTC;HourDK;PriceArea;SpotPriceDKK;SpotPriceEUR\n";

  @TempDir private Path folder;

  @Test
  void readsEachColumnAsItsFieldsType() throws Exception {
    GenericRecord order =
        records(
                ORDERS,
                "online-retail",
                RETAIL
                    + "536365,85123A,\"A \"\"B\"\", C\",-6,2011-07-01 08:26:00,2.55,17850.0,Köln\n")
            .get(0);

    assertThat(order.get("product_name")).isEqualTo("A \"B\", C");
    assertThat(order.get("quantity")).isEqualTo(-6);
    assertThat(order.get("price")).isEqualTo(new BigDecimal("2.550"));
    assertThat(order.get("order_date"))
        .isEqualTo(Instant.parse("2011-07-01T07:26:00Z").toEpochMilli());
    assertThat(order.get("country")).isEqualTo("Köln");
    assertThat(order.get("row_key").toString()).matches("[0-9a-f]{32}");
    assertThat(order.get("age")).isNull();
  }

  @Test
  void readsADecimalCommaABlankAndAByteOrderMark() throws Exception {
    List<GenericRecord> readings =
        records(
            READINGS,
            "spot-prices",
            "\ufeff" + PRICES + "2024-01-01 00:00;x;DK1;-1,5;\n2024-01-01 01:00:00;x;DK2; ;\n");

    assertThat(readings.get(0).get("spot_price")).isEqualTo(new BigDecimal("-1.500000"));
    assertThat(readings.get(1).get("spot_price")).isNull();
  }

  @Test
  void addsColumnsOfWhichEmptyOnesDoNotCount() throws Exception {
    String header =
        "HourUTC;PriceArea;TotalLoad;Biomass;FossilGas;FossilHardCoal;FossilOil;HydroPower;"
            + "OtherRenewable;SolarPower;Waste;OnshoreWindPower;OffshoreWindPower\n";
    List<GenericRecord> readings =
        records(
            READINGS,
            "electricity-balance",
            header
                + "2024-11-06 22:00;DK2;10,1;1,5;2,25;;;;;;;;\n2024-11-06 23:00;DK2;;;;;;;;;;;\n");

    assertThat(readings.get(0).get("production")).isEqualTo(new BigDecimal("3.750000"));
    assertThat(readings.get(1).get("production")).isNull();
  }

  @Test
  void rowsThatDifferInOneValueHaveDifferentHashesAndEqualOnesTheSame() throws Exception {
    List<GenericRecord> orders =
        records(
            ORDERS,
            "online-retail",
            RETAIL
                + "1,ab,c,1,2011-07-01 08:26:00,1,,\n1,a,bc,1,2011-07-01 08:26:00,1,,\n"
                + "1,ab,c,1,2011-07-01 08:26:00,1,,\n");

    assertThat(orders.get(0).get("row_key")).isEqualTo(orders.get(2).get("row_key"));
    assertThat(orders.get(0).get("row_key")).isNotEqualTo(orders.get(1).get("row_key"));
  }

  @Test
  void refusesWhatIsNoValueAndSaysWhatWasExpected() throws Exception {
    assertThat(refusal("1,a,b,six,2011-07-01 08:26:00,1,,"))
        .isEqualTo("quantity: expected a whole number of 32 bits but found 'six'");
    assertThat(refusal("1,a,b,6.5,2011-07-01 08:26:00,1,,")).startsWith("quantity: expected");
    assertThat(refusal("1,a,b,6,2011-02-30 08:26:00,1,,")).startsWith("order_date: expected");
    assertThat(refusal("1,a,b,6,2011-03-27 01:30:00,1,,"))
        .isEqualTo(
            "order_date: expected a time that exists in Europe/London but found '2011-03-27 01:30:00'");
    assertThat(refusal("1,a,b,6,2011-07-01 08:26:00,1.2345,,"))
        .isEqualTo("price: expected at most 3 digits after the point but found '1.2345'");
    assertThat(refusal("1,a,b,6,2011-07-01 08:26:00,123456789012.5,,"))
        .startsWith("price: expected a number that fits decimal(14,3)");
    assertThat(refusal("1,a,b")).isEqualTo("row: expected 8 columns as in the header but found 3");
    assertThat(refusal("1,a,b\u00ff\u00fe,6,2011-07-01 08:26:00,1,,"))
        .isEqualTo("row: expected UTF-8");
  }

  @Test
  void aRefusedRowKeepsItsBytesAndItsLine() throws Exception {
    Path file =
        write("f.csv", (RETAIL + "\n1,\"x,\u00ff\",b\n").getBytes(StandardCharsets.ISO_8859_1));
    try (SourceFile source = SourceFile.open(file);
        Rows rows = CsvRows.open(source, ORDERS, MappingChoice.named(ORDERS, "online-retail"))) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.line()).isEqualTo(3);
      assertThat(rows.raw()).isEqualTo("1,\"x,\u00ff\",b".getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  @Test
  void choosesTheMappingThatTheHeaderFits() throws Exception {
    Path file = write("p.csv", (PRICES + "\n").getBytes(StandardCharsets.UTF_8));

    assertThat(MappingChoice.byHeader(READINGS, file).name()).isEqualTo("spot-prices");
    assertThatThrownBy(() -> MappingChoice.byHeader(ORDERS, file))
        .hasMessageContaining("--mapping")
        .hasMessageContaining("online-retail");
    assertThatThrownBy(() -> MappingChoice.named(ORDERS, "nope"))
        .hasMessageContaining("expected one of [online-retail]");
  }

  @Test
  void aFileThatCannotBeReadIsRefusedAsAWhole() throws Exception {
    byte[] packed =
        gzip(
            (RETAIL + "1,a,b,6,2011-07-01 08:26:00,1,,\n".repeat(50_000))
                .getBytes(StandardCharsets.UTF_8));
    Path cut = write("cut.csv.gz", java.util.Arrays.copyOf(packed, packed.length - 20));
    Path plain = write("plain.csv.gz", RETAIL.getBytes(StandardCharsets.UTF_8));
    Path empty = write("empty.csv", new byte[0]);
    Path narrow = write("narrow.csv", "InvoiceNo\n".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> read(ORDERS, "online-retail", cut))
        .hasMessageContaining("the packed data is damaged");
    assertThatThrownBy(() -> SourceFile.open(plain)).hasMessageContaining("not a gzip file");
    assertThatThrownBy(() -> read(ORDERS, "online-retail", empty)).hasMessageContaining("is empty");
    assertThatThrownBy(() -> read(ORDERS, "online-retail", narrow))
        .hasMessageContaining("narrow.csv:1: the header lacks [");
    assertThatThrownBy(() -> SourceFile.open(folder.resolve("absent.csv")))
        .hasMessageContaining("There is no file");
  }

  @Test
  void aNumberThatTakesTooManyDigitsToWriteOutIsRefusedAtOnce() throws Exception {
    assertThat(refusal("1,a,b,6,2011-07-01 08:26:00,1e999999999,,"))
        .startsWith("price: expected a number that fits decimal(14,3)");
    assertThat(refusal("1,a,b,6,2011-07-01 08:26:00,1e-999999999,,")).startsWith("price: expected");
    assertThat(refusal("1,a,b,6,2011-07-01 08:26:00,0e999999999,,")).isEqualTo("accepted");
    Dataset changed = declaring("consumption: {sum: [a, b]}", "");
    assertThat(refusal(changed, "hour_utc,a,b\n2024-01-01T00:00:00Z,1e999999999,1\n"))
        .startsWith("consumption: expected numbers to add");
  }

  @Test
  void timesThatNoCalendarHoldsAreRefused() throws Exception {
    Dataset changed = declaring("price_area: a", "");
    for (String time : List.of("+1000000000-12-31T23:59:59Z", "-0001-01-01T00:00:00Z", "x")) {
      assertThat(refusal(changed, "hour_utc,a\n" + time + ",b\n")).startsWith("hour_utc: expected");
    }
  }

  @Test
  void aLineOfDelimitersOnlyIsRefusedAndAnEmptyOneIsNoRow() throws Exception {
    assertThat(refusal("\n\n,,,,,,,")).isEqualTo("row: expected values but found delimiters only");
  }

  @Test
  void aBadQuoteCostsOneLineAndNotTheFile() throws Exception {
    String good = "2024-01-01 00:00;x;DK1;1;\n";
    String bad = "2024-01-01 00:00;\"x;DK1;1;\n";
    String extra = "2024-01-01 00:00;\"x\"y;DK1;1;\n";
    String doubled = "2024-01-01 00:00;\"x\"\"y;DK1;1;\n";
    String over = "2024-01-01 00:00;\"x\ny\";DK1;1;\n";
    Path file =
        write(
            "q.csv",
            (PRICES + good + bad + good + over + extra + good + doubled + good)
                .getBytes(StandardCharsets.UTF_8));
    List<String> rows = new ArrayList<>();
    try (SourceFile source = SourceFile.open(file);
        Rows each = CsvRows.open(source, READINGS, MappingChoice.named(READINGS, "spot-prices"))) {
      while (each.next()) {
        try {
          rows.add(each.line() + " " + each.record().get("price_area"));
        } catch (Refusal e) {
          rows.add(
              each.line()
                  + " "
                  + new String(each.raw(), StandardCharsets.UTF_8)
                  + " "
                  + e.getMessage());
        }
      }
    }
    assertThat(rows)
        .containsExactly(
            "2 DK1",
            "3 2024-01-01 00:00;\"x;DK1;1; row: expected a delimiter behind a quote that closes",
            "4 DK1",
            "5 DK1",
            "7 2024-01-01 00:00;\"x\"y;DK1;1; row: expected a delimiter behind a quote that closes",
            "8 DK1",
            "9 2024-01-01 00:00;\"x\"\"y;DK1;1; row: expected every quote to be closed",
            "10 DK1");
  }

  @Test
  void aRowThatIsLongerThanABrokerTakesIsRefusedAndTheNextOneRead() throws Exception {
    String csv =
        PRICES
            + "2024-01-01 00:00;"
            + "x".repeat(9_000_000)
            + ";DK1;1;\n2024-01-01 00:00;x;DK1;1;\n";
    Path file = write("long.csv", csv.getBytes(StandardCharsets.UTF_8));
    try (SourceFile source = SourceFile.open(file);
        Rows rows = CsvRows.open(source, READINGS, MappingChoice.named(READINGS, "spot-prices"))) {
      assertThat(rows.next()).isTrue();
      assertThatThrownBy(rows::record).hasMessageContaining("row: expected at most");
      assertThat(rows.raw()).hasSize(RecordEncoder.MOST_BYTES);
      assertThat(rows.next()).isTrue();
      assertThat(rows.line()).isEqualTo(3);
      assertThat(rows.record().get("price_area")).isEqualTo("DK1");
      assertThat(rows.next()).isFalse();
    }
  }

  @Test
  void anyDelimiterAndQuoteSeparatesColumns() throws Exception {
    for (String delimiter : List.of("\\t", "|", "||", "\u00a7", "\u2192", "\\u0001")) {
      Dataset changed =
          declaring(
              "price_area: area, spot_price: price",
              "delimiter: \"" + delimiter + "\", quote: \"'\", decimal: \",\",");
      String between = delimiter.replace("\\t", "\t").replace("\\u0001", "\u0001");
      String csv = "hour_utc|area|price\n2024-01-01T00:00:00Z|'D|''K'|1,5\n".replace("|", between);
      GenericRecord reading =
          read(changed, "m", write("d.csv", csv.getBytes(StandardCharsets.UTF_8))).get(0);
      assertThat(reading.get("price_area")).isEqualTo("D" + between + "'K");
      assertThat(reading.get("spot_price")).isEqualTo(new BigDecimal("1.500000"));
    }
  }

  @Test
  void aFileWithoutALineOfNamesIsReadByTheDeclaredOnes() throws Exception {
    Dataset changed = declaring("price_area: area", "header: [\"\", area, hour_utc],");
    Path file = write("n.csv", "1,DK1,2024-01-01T00:00:00Z\n".getBytes(StandardCharsets.UTF_8));

    assertThat(read(changed, "m", file).get(0).get("price_area")).isEqualTo("DK1");
    assertThatThrownBy(() -> MappingChoice.byHeader(changed, file))
        .hasMessageContaining("--mapping");
  }

  @Test
  void aHeaderMayLackNamesThatNobodyReadsAndMustHaveTheOthersOnce() throws Exception {
    assertThat(
            records(
                READINGS,
                "spot-prices",
                ";HourUTC ; PriceArea;SpotPriceDKK\n0;2024-01-01 00:00;DK1;1\n"))
        .hasSize(1);
    assertThatThrownBy(() -> records(READINGS, "spot-prices", "HourUTC;;SpotPriceDKK\n"))
        .hasMessageContaining("a.csv.gz:1: the header lacks [PriceArea]")
        .hasMessageContaining("no names for the columns [2]");
    assertThatThrownBy(
            () -> records(READINGS, "spot-prices", "HourUTC;PriceArea;PriceArea;SpotPriceDKK\n"))
        .hasMessageContaining("has [PriceArea] more than once");
  }

  @Test
  void aLocalTimeThatStandsTwiceIsRefusedWhereTheMappingSaysSo() throws Exception {
    String time = "hour_utc: {column: t, pattern: \"yyyy-MM-dd HH:mm\", zone: Europe/Copenhagen";
    String csv = "t\n2024-10-27 02:30\n";
    assertThat(refusal(declaring(time + ", when-twice: refuse}", ""), csv))
        .isEqualTo(
            "hour_utc: expected a time that stands once in Europe/Copenhagen but found '2024-10-27 02:30'");
    assertThat(refusal(declaring(time + ", when-twice: later}", ""), csv)).isEqualTo("accepted");
    assertThat(refusal(declaring(time + "}", ""), "t\n2024-03-31 02:30\n"))
        .contains("expected a time that exists in Europe/Copenhagen");
  }

  @Test
  void zstandardIsUnpackedAndOtherEncodingsThanUtf8AreNamed() throws Exception {
    byte[] csv =
        (PRICES + "2024-01-01 00:00;x;DK1;1;\n".repeat(20_000)).getBytes(StandardCharsets.UTF_8);
    byte[] packed = com.github.luben.zstd.Zstd.compress(csv);
    assertThat(read(READINGS, "spot-prices", write("a.csv.zst", packed))).hasSize(20_000);
    Path cut = write("cut.csv.zst", java.util.Arrays.copyOf(packed, packed.length - 9));
    assertThatThrownBy(() -> read(READINGS, "spot-prices", cut))
        .hasMessageContaining("the packed data is damaged");
    Path wide = write("wide.csv", ("\ufeff" + PRICES).getBytes(StandardCharsets.UTF_16LE));
    assertThatThrownBy(() -> SourceFile.open(wide)).hasMessageContaining("save it as UTF-8");
    Path plain = write("plain.zst", csv);
    assertThatThrownBy(() -> SourceFile.open(plain)).hasMessageContaining("not a zstd file");
  }

  /** The readings, with one mapping m of the given columns and other keys. */
  private Dataset declaring(String columns, String keys) throws IOException {
    String yaml = Files.readString(READINGS.file());
    String hour = columns.contains("hour_utc:") ? "" : "hour_utc: hour_utc, ";
    String source =
        "sources: {m: {format: csv, " + keys + " columns: {" + hour + columns + "}}}\n\n";
    String changed =
        yaml.replaceFirst(
            "(?s)sources:.*?\n\n(?=reject)", java.util.regex.Matcher.quoteReplacement(source));
    assertThat(changed).isNotEqualTo(yaml);
    return io.anabranch.schemas.Datasets.read(
        Files.writeString(folder.resolve("changed.yaml"), changed), Fixtures.SCHEMAS);
  }

  private String refusal(Dataset dataset, String csv) throws IOException {
    try {
      read(dataset, "m", write("r.csv", csv.getBytes(StandardCharsets.UTF_8)));
      return "accepted";
    } catch (Refusal e) {
      return e.getMessage();
    }
  }

  private String refusal(String row) throws IOException {
    Path file = write("r.csv", (RETAIL + row + "\n").getBytes(StandardCharsets.ISO_8859_1));
    try {
      read(ORDERS, "online-retail", file);
      return "accepted";
    } catch (Refusal e) {
      return e.getMessage();
    }
  }

  private List<GenericRecord> records(Dataset dataset, String mapping, String csv)
      throws Exception {
    return read(dataset, mapping, write("a.csv.gz", gzip(csv.getBytes(StandardCharsets.UTF_8))));
  }

  private static List<GenericRecord> read(Dataset dataset, String mapping, Path file)
      throws IOException, Refusal {
    List<GenericRecord> records = new ArrayList<>();
    try (SourceFile source = SourceFile.open(file);
        Rows rows = CsvRows.open(source, dataset, MappingChoice.named(dataset, mapping))) {
      while (rows.next()) {
        records.add(rows.record());
      }
    }
    return records;
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    java.io.ByteArrayOutputStream packed = new java.io.ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }
}
