package io.anabranch.batch;

import io.anabranch.hbase.HBaseConnection;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.Connection;
import org.apache.hadoop.hbase.client.Get;
import org.apache.hadoop.hbase.client.Result;
import org.apache.hadoop.hbase.client.Table;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Row;

/** Looks up rows of an HBase table from the tasks of a job, many in one call. */
final class Lookup implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int ASKED_AT_ONCE = 2_000;

  /** One connection for each HBase, for as long as the process of the tasks lives. */
  private static final Map<String, HBaseConnection> CONNECTIONS = new ConcurrentHashMap<>();

  private final String zookeeper;
  private final String table;

  Lookup(Workplace place, TableName table) {
    this.zookeeper = place.platform().zookeeper();
    this.table = table.getNameAsString();
  }

  /** The connection of a task's process; nobody closes it. */
  static Connection connection(String zookeeper) {
    return CONNECTIONS
        .computeIfAbsent(
            zookeeper, quorum -> HBaseConnection.connect(HBaseConnection.configuration(quorum)))
        .connection();
  }

  /** The key under which a row is looked up. */
  interface Key extends Serializable {
    byte[] of(Row row);
  }

  /** What becomes of a row and of what was found, which may be empty; null for nothing. */
  interface Answer<T> extends Serializable {
    T of(Row row, Result found);
  }

  /** Looks up all rows. */
  <T> org.apache.spark.sql.Dataset<T> each(
      org.apache.spark.sql.Dataset<Row> rows, Key key, Answer<T> answer, Encoder<T> encoder) {
    MapPartitionsFunction<Row, T> ask = part -> new Answers<>(this, part, key, answer);
    return rows.mapPartitions(ask, encoder);
  }

  private Result[] ask(List<Get> gets) {
    try (Table open = connection(zookeeper).getTable(TableName.valueOf(table))) {
      return open.get(gets);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Answers<T> implements Iterator<T> {
    private final Lookup lookup;
    private final Iterator<Row> rows;
    private final Key key;
    private final Answer<T> answer;
    private final Deque<T> ready = new ArrayDeque<>();

    Answers(Lookup lookup, Iterator<Row> rows, Key key, Answer<T> answer) {
      this.lookup = lookup;
      this.rows = rows;
      this.key = key;
      this.answer = answer;
    }

    @Override
    public boolean hasNext() {
      while (ready.isEmpty() && rows.hasNext()) {
        askNext();
      }
      return !ready.isEmpty();
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.remove();
    }

    private void askNext() {
      List<Row> asked = new ArrayList<>();
      List<Get> gets = new ArrayList<>();
      while (asked.size() < ASKED_AT_ONCE && rows.hasNext()) {
        Row row = rows.next();
        asked.add(row);
        gets.add(new Get(key.of(row)));
      }
      Result[] found = lookup.ask(gets);
      for (int i = 0; i < found.length; i++) {
        T one = answer.of(asked.get(i), found[i]);
        if (one != null) {
          ready.add(one);
        }
      }
    }
  }
}
