package io.anabranch.e2e;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.hbase.thrift.generated.Hbase;
import org.apache.hadoop.hbase.thrift.generated.Mutation;
import org.apache.hadoop.hbase.thrift.generated.TCell;
import org.apache.hadoop.hbase.thrift.generated.TRowResult;
import org.apache.hadoop.hbase.thrift.generated.TScan;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.transport.TSocket;

/** Changes what is stored behind the platform's back, as somebody with access to the stores can. */
final class Corruption {
  private final Platform platform;

  Corruption(Platform platform) {
    this.platform = platform;
  }

  /**
   * Puts back what was there.
   *
   * @param name of the corrupted thing: a row in hex, or a file
   * @param bucket of the corrupted cell, ISO 8601; empty for a file
   */
  record Undo(String name, String bucket, Restore restore) implements AutoCloseable {
    interface Restore {
      void run() throws Exception;
    }

    @Override
    public void close() {
      try {
        restore.run();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** A batch cell of a version, another than that one, counts one record more or less. */
  Undo ofBatchCell(String dataset, long version, Undo another) throws Exception {
    return ofCell("anabranch:" + dataset + "_v" + version, 0, another.name());
  }

  /** A delta that is served counts one record more or less. */
  Undo ofDelta(String dataset, long version) throws Exception {
    return ofCell("anabranch:" + dataset + "_deltas", version, "");
  }

  private Undo ofCell(String table, long leastEpoch, String another) throws Exception {
    try (Client client = new Client(platform)) {
      int scanner = client.hbase.scannerOpenWithScan(bytes(table), new TScan(), Map.of());
      List<TRowResult> page = client.hbase.scannerGetList(scanner, 500);
      while (!page.isEmpty()) {
        for (TRowResult row : page) {
          for (Map.Entry<ByteBuffer, TCell> column : row.getColumns().entrySet()) {
            boolean other = !HexFormat.of().formatHex(row.getRow()).equals(another);
            if (other && epoch(column.getKey()) >= leastEpoch) {
              client.hbase.scannerClose(scanner);
              return change(table, row, column.getKey(), column.getValue());
            }
          }
        }
        page = client.hbase.scannerGetList(scanner, 500);
      }
      throw new AssertionError("no cell to change in " + table);
    }
  }

  /** Of a delta's column; a batch cell's column has none and counts as any. */
  private static long epoch(ByteBuffer column) {
    int start = column.position() + "d:".length() + Integer.BYTES;
    return column.remaining() < 14 ? Long.MAX_VALUE : column.getLong(start);
  }

  private Undo change(String table, TRowResult row, ByteBuffer column, TCell cell)
      throws Exception {
    byte[] changed = cell.getValue().clone();
    // The first stored value is a count: a byte that says so, then eight of the number.
    changed[8] ^= 1;
    put(table, row, column, changed, cell.getTimestamp());
    long bucket = ByteBuffer.wrap(row.getRow()).getLong(5) ^ Long.MIN_VALUE;
    return new Undo(
        HexFormat.of().formatHex(row.getRow()),
        Instant.ofEpochSecond(bucket).toString(),
        () -> put(table, row, column, cell.getValue(), cell.getTimestamp()));
  }

  private void put(String table, TRowResult row, ByteBuffer column, byte[] value, long timestamp)
      throws Exception {
    Mutation mutation = new Mutation().setColumn(column).setValue(value);
    try (Client client = new Client(platform)) {
      client.hbase.mutateRowTs(
          bytes(table), ByteBuffer.wrap(row.getRow()), List.of(mutation), timestamp, Map.of());
    }
  }

  private static final class Client implements AutoCloseable {
    private final TSocket socket;
    private final Hbase.Client hbase;

    Client(Platform platform) throws Exception {
      URI at = URI.create("thrift://" + platform.setting("platform.thrift"));
      socket = new TSocket(at.getHost(), at.getPort());
      socket.open();
      hbase = new Hbase.Client(new TBinaryProtocol(socket));
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  /** A master file holds the rows of another one. */
  Undo ofMasterFile(String dataset) throws Exception {
    Hdfs hdfs = new Hdfs(platform);
    // Some files hold a marker alone, and no rows.
    Map<String, byte[]> contents = new TreeMap<>();
    for (String file : hdfs.masterFiles(dataset)) {
      contents.put(file, hdfs.open(file));
    }
    List<String> largest =
        contents.keySet().stream()
            .sorted(Comparator.comparingInt((String file) -> -contents.get(file).length))
            .toList();
    String file = largest.get(0);
    hdfs.create(file, contents.get(largest.get(1)));
    String name = file.substring(file.lastIndexOf('/') + 1);
    return new Undo(name, "", () -> hdfs.create(file, contents.get(file)));
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
