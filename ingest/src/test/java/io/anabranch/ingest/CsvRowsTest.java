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
        .hasMessageContaining("the gzip data is damaged");
    assertThatThrownBy(() -> SourceFile.open(plain)).hasMessageContaining("not a gzip file");
    assertThatThrownBy(() -> read(ORDERS, "online-retail", empty)).hasMessageContaining("is empty");
    assertThatThrownBy(() -> read(ORDERS, "online-retail", narrow))
        .hasMessageContaining("narrow.csv:1: the header lacks [");
    assertThatThrownBy(() -> SourceFile.open(folder.resolve("absent.csv")))
        .hasMessageContaining("There is no file");
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
