package io.anabranch.e2e;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.hbase.thrift.generated.Hbase;
import org.apache.hadoop.hbase.thrift.generated.TRowResult;
import org.apache.hadoop.hbase.thrift.generated.TScan;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.transport.TSocket;

/** The clean rows as a client of HBase's Thrift 1 server sees them. */
final class ThriftRows {
  private ThriftRows() {}

  record Totals(long rows, BigDecimal revenue) {}

  static Totals totals(String address, String table) throws Exception {
    java.net.URI at = java.net.URI.create("thrift://" + address);
    try (TSocket socket = new TSocket(at.getHost(), at.getPort())) {
      socket.open();
      Hbase.Client client = new Hbase.Client(new TBinaryProtocol(socket));
      ByteBuffer column = bytes("order:total_amount");
      TScan scan = new TScan().setColumns(List.of(column)).setCaching(2000);
      int scanner = client.scannerOpenWithScan(bytes(table), scan, Map.of());
      long rows = 0;
      BigDecimal revenue = BigDecimal.ZERO;
      for (List<TRowResult> page = client.scannerGetList(scanner, 2000);
          !page.isEmpty();
          page = client.scannerGetList(scanner, 2000)) {
        for (TRowResult row : page) {
          rows++;
          byte[] value = row.getColumns().get(column).getValue();
          revenue = revenue.add(new BigDecimal(new String(value, StandardCharsets.UTF_8)));
        }
      }
      client.scannerClose(scanner);
      return new Totals(rows, revenue);
    }
  }

  /** Whether there is a row of that key. */
  static boolean has(String address, String table, String key) throws Exception {
    java.net.URI at = java.net.URI.create("thrift://" + address);
    try (TSocket socket = new TSocket(at.getHost(), at.getPort())) {
      socket.open();
      Hbase.Client client = new Hbase.Client(new TBinaryProtocol(socket));
      return !client.getRow(bytes(table), bytes(key), Map.of()).isEmpty();
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
