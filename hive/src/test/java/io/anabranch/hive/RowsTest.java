package io.anabranch.hive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asks an embedded database, since rows are rows. */
class RowsTest {
  private static final String TWO_ROWS =
      "values (1, cast(1.50 as decimal(5,2)), cast('say \"x\", y' as varchar(20))),"
          + " (2, cast(null as decimal(5,2)), cast('ü' as varchar(20)))";

  @TempDir Path folder;

  private String printed(String sql, Rows.Format format) throws SQLException {
    System.setProperty("derby.stream.error.file", "target/derby.log");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    String url = "jdbc:derby:memory:" + folder.getFileName() + ";create=true";
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select * from (" + sql + ") as t (a, b, c)");
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      Rows.print(rows, format, out);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aTableIsAligned() throws SQLException {
    assertThat(printed(TWO_ROWS, Rows.Format.TABLE).lines())
        .containsExactly("A  B     C", "1  1.50  say \"x\", y", "2  NULL  ü");
  }

  @Test
  void jsonKeepsNumbersAndNulls() throws SQLException {
    assertThat(printed(TWO_ROWS, Rows.Format.JSON).lines())
        .containsExactly(
            "[",
            "  {\"A\": 1, \"B\": 1.50, \"C\": \"say \\\"x\\\", y\"},",
            "  {\"A\": 2, \"B\": null, \"C\": \"ü\"}",
            "]");
  }

  @Test
  void csvQuotesWhatItMust() throws SQLException {
    assertThat(printed(TWO_ROWS, Rows.Format.CSV))
        .isEqualTo("A,B,C\r\n1,1.50,\"say \"\"x\"\", y\"\r\n2,,ü\r\n");
  }

  @Test
  void jsonHasNoNumberForInfinity() {
    assertThat(Rows.jsonValue(Double.POSITIVE_INFINITY)).isEqualTo("\"Infinity\"");
    assertThat(Rows.jsonValue(0.5f)).isEqualTo("0.5");
    assertThat(Rows.jsonValue("a\tb")).isEqualTo("\"a\\u0009b\"");
  }
}
