package io.anabranch.examples;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Asks the serving layer by JDBC: what a country bought each day, batch and speed layer merged, and
 * which moment says so.
 *
 * <pre>
 * java -cp "$(printf '%s:' target/dist/lib/beeline/*.jar)" docs/examples/java/io/anabranch/examples/MergedOverJdbc.java \
 *   'jdbc:avatica:remote:url=http://127.0.0.1:8642/api/v1/avatica;serialization=protobuf' Denmark
 * </pre>
 */
public final class MergedOverJdbc {
  // Only the cells of the country are read.
  private static final String SALES =
      """
      SELECT c.bucket, c.orders, c.revenue, p.version, p.as_of
      FROM customer_orders.sales_by_country c
      JOIN customer_orders.provenance p ON p.view_name = 'sales_by_country'
      WHERE c.country = ?
      ORDER BY c.bucket
      """;

  private MergedOverJdbc() {}

  public static void main(String[] args) throws SQLException {
    if (args.length != 2) {
      System.err.println("Usage: MergedOverJdbc JDBC_URL COUNTRY");
      System.exit(2);
    }
    try (Connection connection = DriverManager.getConnection(args[0]);
        PreparedStatement sales = connection.prepareStatement(SALES)) {
      sales.setString(1, args[1]);
      try (ResultSet rows = sales.executeQuery()) {
        while (rows.next()) {
          System.out.printf(
              "%s\t%d\t%s\tversion %d, as of %s%n",
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
