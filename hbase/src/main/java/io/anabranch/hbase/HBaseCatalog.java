package io.anabranch.hbase;

import io.anabranch.views.Catalog;
import io.anabranch.views.EpochStart;
import io.anabranch.views.Version;
import io.anabranch.views.Version.Publication;
import io.anabranch.views.ViewId;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.hadoop.hbase.CompareOperator;
import org.apache.hadoop.hbase.client.CheckAndMutate;
import org.apache.hadoop.hbase.client.ColumnFamilyDescriptorBuilder;
import org.apache.hadoop.hbase.client.Connection;
import org.apache.hadoop.hbase.client.Delete;
import org.apache.hadoop.hbase.client.Get;
import org.apache.hadoop.hbase.client.Put;
import org.apache.hadoop.hbase.client.Result;
import org.apache.hadoop.hbase.client.Table;
import org.apache.hadoop.hbase.client.TableDescriptorBuilder;
import org.apache.hadoop.hbase.filter.FilterList;
import org.apache.hadoop.hbase.filter.SingleColumnValueFilter;
import org.apache.hadoop.hbase.util.Bytes;

/**
 * The catalog in HBase. A dataset is one row, so that every change is one atomic mutation:
 *
 * <ul>
 *   <li>{@code s:marker} the last marker's number, {@code s:published} the published version's (8
 *       bytes each), {@code s:topic} the topic's id, {@code s:replaced<number>} when a version
 *       ceased to be published, in ms (8 bytes each)
 *   <li>{@code v:<number>} a version as JSON
 *   <li>{@code e:<partition><offset>} an epoch's start: number, profile (8 bytes each)
 *   <li>{@code a:<partition>} applied: end, from, log-append time in ms, and for each view its id
 *       (4 bytes) and since when it is folded; HBase timestamp = end
 * </ul>
 */
public final class HBaseCatalog implements Catalog {
  private static final byte[] STATE = Bytes.toBytes("s");
  private static final byte[] VERSIONS = Bytes.toBytes("v");
  private static final byte[] EPOCHS = Bytes.toBytes("e");
  private static final byte[] APPLIED = Bytes.toBytes("a");
  private static final byte[] MARKER = Bytes.toBytes("marker");
  private static final byte[] PUBLISHED = Bytes.toBytes("published");
  private static final byte[] TOPIC = Bytes.toBytes("topic");
  private static final byte[] REPLACED = Bytes.toBytes("replaced");

  private final Connection connection;

  private HBaseCatalog(Connection connection) {
    this.connection = connection;
  }

  static HBaseCatalog open(Connection connection) {
    TableDescriptorBuilder table = TableDescriptorBuilder.newBuilder(Tables.CATALOG);
    for (byte[] family : List.of(STATE, VERSIONS, EPOCHS, APPLIED)) {
      table.setColumnFamily(ColumnFamilyDescriptorBuilder.of(family));
    }
    TableMaker.make(connection, table.build(), null);
    return new HBaseCatalog(connection);
  }

  @Override
  public long nextMarker(String dataset) {
    return HBaseCall.ask(
        () -> {
          try (Table table = table()) {
            return table.incrementColumnValue(row(dataset), STATE, MARKER, 1);
          }
        });
  }

  @Override
  public void recordEpoch(String dataset, EpochStart start) {
    byte[] fact = twoLongs(start.number(), start.profile());
    put(new Put(row(dataset)).addColumn(EPOCHS, column(start), fact));
  }

  private static byte[] column(EpochStart start) {
    return ByteBuffer.allocate(12).putInt(start.partition()).putLong(start.offset()).array();
  }

  @Override
  public List<EpochStart> epochs(String dataset) {
    List<EpochStart> starts = new ArrayList<>();
    family(dataset, EPOCHS)
        .forEach(
            (column, fact) -> {
              ByteBuffer at = ByteBuffer.wrap(column);
              ByteBuffer of = ByteBuffer.wrap(fact);
              int partition = at.getInt();
              long offset = at.getLong();
              starts.add(new EpochStart(partition, of.getLong(), offset, of.getLong()));
            });
    return starts;
  }

  @Override
  public void forgetEpochs(String dataset, Collection<EpochStart> starts) {
    if (starts.isEmpty()) {
      return; // a deletion that names no column is one of the whole row
    }
    Delete delete = new Delete(row(dataset));
    starts.forEach(start -> delete.addColumns(EPOCHS, column(start)));
    HBaseCall.run(
        () -> {
          try (Table table = table()) {
            table.delete(delete);
          }
        });
  }

  @Override
  public List<Version> versions(String dataset) {
    return family(dataset, VERSIONS).values().stream().map(VersionJson::read).toList();
  }

  @Override
  public Optional<Version> published(String dataset) {
    Get get = new Get(row(dataset)).addColumn(STATE, PUBLISHED).addFamily(VERSIONS);
    Result result = get(get);
    byte[] number = result.getValue(STATE, PUBLISHED);
    return Optional.ofNullable(number)
        .map(column -> result.getValue(VERSIONS, column))
        .map(VersionJson::read);
  }

  @Override
  public boolean publish(Version version, long expected, Publication publication) {
    CheckAndMutate.Builder check = CheckAndMutate.newBuilder(row(version.dataset()));
    return mutateIf(
        (expected == 0
                ? check.ifNotExists(STATE, PUBLISHED)
                : check.ifEquals(STATE, PUBLISHED, Bytes.toBytes(expected)))
            .build(put(version.with(publication), expected)));
  }

  @Override
  public boolean rollback(String dataset, long expected, long number, Publication publication) {
    byte[] column = Bytes.toBytes(number);
    byte[] stored =
        get(new Get(row(dataset)).addColumn(VERSIONS, column)).getValue(VERSIONS, column);
    if (stored == null) {
      throw new IllegalArgumentException(
          "unknown version %s of %s, expected one of %s"
              .formatted(
                  number, dataset, versions(dataset).stream().map(Version::number).toList()));
    }
    // Both conditions in one check: nobody published, and nobody removed the version, meanwhile.
    FilterList unchanged =
        new FilterList(
            publishedIs(CompareOperator.EQUAL, expected),
            new SingleColumnValueFilter(VERSIONS, column, CompareOperator.EQUAL, stored));
    Put put = put(VersionJson.read(stored).with(publication), expected);
    return mutateIf(CheckAndMutate.newBuilder(row(dataset)).ifMatches(unchanged).build(put));
  }

  /** The version, that it is the published one, and since when the one before it is not. */
  private static Put put(Version version, long before) {
    byte[] column = Bytes.toBytes(version.number());
    Put put =
        new Put(row(version.dataset()))
            .addColumn(STATE, PUBLISHED, column)
            .addColumn(VERSIONS, column, VersionJson.write(version));
    if (before != 0) {
      long at = version.publication().orElseThrow().at().toEpochMilli();
      put.addColumn(STATE, replaced(before), Bytes.toBytes(at));
    }
    return put;
  }

  private static byte[] replaced(long version) {
    return Bytes.add(REPLACED, Bytes.toBytes(version));
  }

  @Override
  public Map<Long, Instant> replaced(String dataset) {
    Map<Long, Instant> replaced = new HashMap<>();
    family(dataset, STATE)
        .forEach(
            (column, at) -> {
              if (Bytes.startsWith(column, REPLACED)) {
                long version = Bytes.toLong(column, REPLACED.length);
                replaced.put(version, Instant.ofEpochMilli(Bytes.toLong(at)));
              }
            });
    return replaced;
  }

  /** Whether the published version is (not) that one; an absent one compares as 0. */
  private static SingleColumnValueFilter publishedIs(CompareOperator operator, long number) {
    SingleColumnValueFilter filter =
        new SingleColumnValueFilter(STATE, PUBLISHED, operator, Bytes.toBytes(number));
    filter.setFilterIfMissing((operator == CompareOperator.EQUAL) == (number != 0));
    return filter;
  }

  @Override
  public boolean removeVersion(String dataset, long number) {
    Delete delete =
        new Delete(row(dataset))
            .addColumns(VERSIONS, Bytes.toBytes(number))
            .addColumns(STATE, replaced(number));
    return mutateIf(
        CheckAndMutate.newBuilder(row(dataset))
            .ifMatches(publishedIs(CompareOperator.NOT_EQUAL, number))
            .build(delete));
  }

  @Override
  public void beginFold(String dataset, int partition, Applied begun) {
    tellApplied(dataset, partition, begun, before -> before.begunAnew(begun));
  }

  @Override
  public void advanceApplied(String dataset, int partition, Applied applied) {
    tellApplied(dataset, partition, applied, before -> before.with(applied));
  }

  private void tellApplied(
      String dataset, int partition, Applied first, UnaryOperator<Applied> later) {
    byte[] column = Bytes.toBytes(partition);
    byte[] stored;
    Applied merged;
    do {
      stored = get(new Get(row(dataset)).addColumn(APPLIED, column)).getValue(APPLIED, column);
      if (stored == null) {
        merged = first;
      } else {
        Applied before = applied(stored);
        merged = later.apply(before);
        if (merged.equals(before)) {
          return;
        }
      }
    } while (!replaceApplied(dataset, column, stored, merged));
  }

  private boolean replaceApplied(String dataset, byte[] column, byte[] stored, Applied applied) {
    ByteBuffer value =
        ByteBuffer.allocate(24 + 12 * applied.views().size())
            .putLong(applied.end())
            .putLong(applied.from())
            .putLong(applied.appended().toEpochMilli());
    applied.views().forEach((view, since) -> value.putInt(view.id()).putLong(since));
    Put put = new Put(row(dataset)).addColumn(APPLIED, column, applied.end(), value.array());
    CheckAndMutate.Builder check = CheckAndMutate.newBuilder(row(dataset));
    return mutateIf(
        (stored == null
                ? check.ifNotExists(APPLIED, column)
                : check.ifEquals(APPLIED, column, stored))
            .build(put));
  }

  private static Applied applied(byte[] value) {
    ByteBuffer of = ByteBuffer.wrap(value);
    long end = of.getLong();
    long from = of.getLong();
    Instant appended = Instant.ofEpochMilli(of.getLong());
    Map<ViewId, Long> views = new HashMap<>();
    while (of.hasRemaining()) {
      views.put(new ViewId(of.getInt()), of.getLong());
    }
    return new Applied(from, end, appended, views);
  }

  @Override
  public Map<Integer, Applied> applied(String dataset) {
    Map<Integer, Applied> applied = new TreeMap<>();
    family(dataset, APPLIED)
        .forEach((column, value) -> applied.put(Bytes.toInt(column), applied(value)));
    return applied;
  }

  @Override
  public String bindTopic(String dataset, String topicId) {
    mutateIf(
        CheckAndMutate.newBuilder(row(dataset))
            .ifNotExists(STATE, TOPIC)
            .build(new Put(row(dataset)).addColumn(STATE, TOPIC, Bytes.toBytes(topicId))));
    return Bytes.toString(
        get(new Get(row(dataset)).addColumn(STATE, TOPIC)).getValue(STATE, TOPIC));
  }

  /** Does nothing: the connection is closed by who opened it. */
  @Override
  public void close() {}

  private NavigableMap<byte[], byte[]> family(String dataset, byte[] family) {
    NavigableMap<byte[], byte[]> columns =
        get(new Get(row(dataset)).addFamily(family)).getFamilyMap(family);
    return columns == null ? new TreeMap<>(Bytes.BYTES_COMPARATOR) : columns;
  }

  private Result get(Get get) {
    return HBaseCall.ask(
        () -> {
          try (Table table = table()) {
            return table.get(get);
          }
        });
  }

  private void put(Put put) {
    HBaseCall.run(
        () -> {
          try (Table table = table()) {
            table.put(put);
          }
        });
  }

  private boolean mutateIf(CheckAndMutate mutation) {
    return HBaseCall.ask(
        () -> {
          try (Table table = table()) {
            return table.checkAndMutate(mutation).isSuccess();
          }
        });
  }

  private Table table() throws java.io.IOException {
    return connection.getTable(Tables.CATALOG);
  }

  private static byte[] row(String dataset) {
    return Bytes.toBytes(dataset);
  }

  private static byte[] twoLongs(long first, long second) {
    return ByteBuffer.allocate(16).putLong(first).putLong(second).array();
  }
}
