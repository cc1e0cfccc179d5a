package io.anabranch.examples;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.hbase.thrift2.generated.TColumnValue;
import org.apache.hadoop.hbase.thrift2.generated.TGet;
import org.apache.hadoop.hbase.thrift2.generated.THBaseService;
import org.apache.hadoop.hbase.thrift2.generated.TResult;
import org.apache.hadoop.hbase.thrift2.generated.TScan;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.transport.TSocket;

/**
 * Clean rows through HBase's Thrift 2 server: one row, or all of a prefix page by page. The client
 * is the one that HBase generated from its own IDL.
 *
 * <pre>
 * java -cp 'target/dist/lib/stack/*' docs/examples/java/io/anabranch/examples/RowsOverThrift.java \
 *   127.0.0.1:9091 page energy_readings 'DK1|2024-09-01'
 * </pre>
 */
public final class RowsOverThrift {
  private static final int ROWS_PER_PAGE = 10;

  private final THBaseService.Client client;
  private final ByteBuffer table;

  private RowsOverThrift(THBaseService.Client client, String table) {
    this.client = client;
    this.table = ByteBuffer.wrap(bytes(table));
  }

  public static void main(String[] args) throws TException {
    if (args.length != 4 || !List.of("get", "page").contains(args[1])) {
      System.err.println("Usage: RowsOverThrift HOST:PORT get|page TABLE KEY_OR_PREFIX");
      System.exit(2);
    }
    int colon = args[0].lastIndexOf(':');
    int port = Integer.parseInt(args[0].substring(colon + 1));
    try (TSocket socket = new TSocket(args[0].substring(0, colon), port)) {
      socket.open();
      RowsOverThrift rows =
          new RowsOverThrift(new THBaseService.Client(new TBinaryProtocol(socket)), args[2]);
      if (args[1].equals("get")) {
        System.out.println(readable(rows.get(args[3])));
      } else {
        rows.printPages(args[3]);
      }
    }
  }

  private TResult get(String key) throws TException {
    return client.get(table, new TGet(ByteBuffer.wrap(bytes(key))));
  }

  /** Each page begins at the key after the last one: the server remembers nothing. */
  private void printPages(String prefix) throws TException {
    byte[] start = bytes(prefix);
    byte[] stop = after(start);
    List<TResult> page;
    do {
      TScan scan = new TScan().setStartRow(start).setStopRow(stop).setCaching(ROWS_PER_PAGE);
      page = client.getScannerResults(table, scan, ROWS_PER_PAGE);
      System.out.printf("-- %d rows%n", page.size());
      for (TResult row : page) {
        System.out.println(readable(row));
        start = Arrays.copyOf(row.getRow(), row.getRow().length + 1);
      }
    } while (page.size() == ROWS_PER_PAGE);
  }

  /** The first key behind all that begin so; a text never ends in the byte 255. */
  private static byte[] after(byte[] prefix) {
    byte[] next = prefix.clone();
    next[next.length - 1]++;
    return next;
  }

  private static Map<String, String> readable(TResult row) {
    Map<String, String> columns = new TreeMap<>();
    for (TColumnValue cell : row.getColumnValues()) {
      columns.put(text(cell.getFamily()) + ":" + text(cell.getQualifier()), text(cell.getValue()));
    }
    return columns;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
