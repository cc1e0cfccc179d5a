package io.anabranch.hbase;

import io.anabranch.views.ViewStore.CloseableIterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.Connection;
import org.apache.hadoop.hbase.client.Result;
import org.apache.hadoop.hbase.client.ResultScanner;
import org.apache.hadoop.hbase.client.Scan;
import org.apache.hadoop.hbase.client.Table;

/** The rows of a scan, fetched as they are asked for. */
final class RowIterator<T> implements CloseableIterator<T> {
  private final Table table;
  private final ResultScanner scanner;
  private final Function<Result, T> read;
  private Result next;
  private boolean fetched;

  RowIterator(Connection connection, TableName name, Scan scan, Function<Result, T> read) {
    this.read = read;
    this.table = HBaseCall.ask(() -> connection.getTable(name));
    this.scanner = HBaseCall.ask(() -> table.getScanner(scan));
  }

  @Override
  public boolean hasNext() {
    if (!fetched) {
      next = HBaseCall.ask(scanner::next);
      fetched = true;
    }
    return next != null;
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    fetched = false;
    return read.apply(next);
  }

  @Override
  public void close() {
    scanner.close();
    HBaseCall.run(table::close);
  }
}
