package io.anabranch.examples;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Asks HiveServer2 by JDBC alone: what each country bought from a month on, and which batch view
 * version and cut say so.
 *
 * <pre>
 * java -cp "$(printf '%s:' target/dist/lib/beeline/*.jar)" docs/examples/java/io/anabranch/examples/SalesOverJdbc.java \
 *   jdbc:hive2://127.0.0.1:10000/default 2011-01
 * </pre>
 */
public final class SalesOverJdbc {
  // The month is a partition: only its files are read.
  private static final String SALES =
      """
      SELECT country, SUM(orders) AS orders, SUM(revenue) AS revenue, MAX(version), MAX(cut)
      FROM sales_by_country
      WHERE month >= ?
      GROUP BY country
      ORDER BY revenue DESC
      """;

  private SalesOverJdbc() {}

  public static void main(String[] args) throws SQLException {
    if (args.length != 2) {
      System.err.println("Usage: SalesOverJdbc JDBC_URL MONTH");
      System.exit(2);
    }
    try (Connection connection = DriverManager.getConnection(args[0], "analyst", "");
        PreparedStatement sales = connection.prepareStatement(SALES)) {
      sales.setString(1, args[1]);
      try (ResultSet rows = sales.executeQuery()) {
        while (rows.next()) {
          System.out.printf(
              "%s\t%d\t%s\tversion %d, cut %s%n",
              rows.getString(1),
              rows.getLong(2),
              rows.getBigDecimal(3).toPlainString(),
              rows.getLong(4),
              rows.getString(5));
        }
      }
    }
  }
}
