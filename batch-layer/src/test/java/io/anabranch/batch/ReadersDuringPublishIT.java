package io.anabranch.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anabranch.cluster.LocalStack;
import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Settings;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import io.anabranch.views.Cut;
import io.anabranch.views.MemoryCatalog;
import io.anabranch.views.Offsets;
import io.anabranch.views.Version;
import io.anabranch.views.Version.Publication;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Ten readers of a batch view through HiveServer2 while it is pointed to other versions: each sees
 * all of one version, and the version and cut that the rows say are that one's.
 */
final class ReadersDuringPublishIT {
  private static final int READERS = 10;
  private static final int PUBLISHES = 50;
  private static final int ROWS_PER_MONTH = 40;
  private static final String VIEW = "sales_by_country";
  private static final List<String> MONTHS = List.of("2026-01", "2026-02", "2026-03", "2026-04");
  private static final Path SCHEMAS = Path.of("../schemas/src/main");

  private static LocalStack stack;
  private static SparkSession session;

  /**
   * All that a reader may see of a version.
   *
   * @param units of all rows together
   */
  private record Seen(long version, String cut, long rows, long units) {}

  private final Dataset dataset = Datasets.load(SCHEMAS).named("customer_orders");
  private final MemoryCatalog catalog = new MemoryCatalog();
  private final HiveTables tables = new HiveTables(session);

  @BeforeAll
  static void start() {
    stack = LocalStack.start();
    stack.startHive();
    PlatformSettings platform =
        Settings.read(stack.config()).section("platform", PlatformSettings.class);
    session =
        Sessions.withHive(
            platform, "readers during publish", LocalStack.builtLib().resolve("hive-client"));
  }

  @AfterAll
  static void stop() {
    if (session != null) {
      session.stop();
    }
    if (stack != null) {
      stack.close();
    }
  }

  @Test
  void everyReaderSeesAllOfOneVersion() throws Exception {
    // The second version wrote two of the first one's months anew.
    Map<Long, Seen> published = new TreeMap<>();
    write(1, 1, MONTHS);
    write(1, 2, MONTHS.subList(1, 3));
    write(3, 3, MONTHS);
    published.put(1L, new Seen(1, "{\"0\":10}", 160, 160));
    published.put(2L, new Seen(2, "{\"0\":20}", 160, 240));
    published.put(3L, new Seen(3, "{\"0\":30}", 160, 480));
    publish(0, version(1, List.of(1L)));

    AtomicBoolean done = new AtomicBoolean();
    AtomicLong reads = new AtomicLong();
    Set<Seen> seen = ConcurrentHashMap.newKeySet();
    ExecutorService readers = Executors.newFixedThreadPool(READERS);
    List<Future<?>> ended = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      ended.add(readers.submit(() -> read(done, reads, seen)));
    }
    long current = 1;
    for (int i = 0; i < PUBLISHES; i++) {
      long readBefore = reads.get();
      long next = current % 3 + 1;
      publish(current, version(next, next == 2 ? List.of(1L, 2L) : List.of(next)));
      current = next;
      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> reads.get() > readBefore || anyIsDone(ended));
    }
    done.set(true);
    for (Future<?> reader : ended) {
      reader.get();
    }
    readers.shutdown();
    assertThat(seen).containsExactlyInAnyOrderElementsOf(published.values());
  }

  private static boolean anyIsDone(List<Future<?>> readers) {
    return readers.stream().anyMatch(Future::isDone);
  }

  /** Cells of some months, each of as many units as the run's number says. */
  private void write(long root, long run, List<String> months) {
    String name = HiveTables.ofRoot(VIEW, root);
    String folder = "%s/tables/%s".formatted(stack.hdfs(), name);
    String location = "%s/%s=%s".formatted(folder, HiveTables.RUN, run);
    org.apache.spark.sql.Dataset<Row> cells =
        session
            .range((long) ROWS_PER_MONTH * months.size())
            .selectExpr(
                "concat('country ', id) as country",
                run + "L as units",
                "element_at(array('%s'), cast(id %% %s as int) + 1) as month"
                    .formatted(String.join("', '", months), months.size()));
    cells.write().partitionBy("month").parquet(location);
    if (run == root) {
      tables.declare(name, folder, cells.drop("month").schema(), Optional.of("month"));
    }
    tables.addRun(name, run, Optional.of("month"), location);
  }

  private Version version(long number, List<Long> runs) {
    return new Version(
        dataset.name(),
        new Cut(number, new Offsets(Map.of(0, number * 10))),
        runs,
        Map.of(),
        Map.of(),
        "",
        Version.Counts.NONE,
        Instant.EPOCH,
        Duration.ZERO,
        Optional.empty());
  }

  private void publish(long expected, Version version) {
    assertThat(catalog.publish(version, expected, new Publication("test", Instant.EPOCH))).isTrue();
    assertThat(tables.follow(dataset, catalog)).isEqualTo(version.number());
  }

  /** Reads until all is published, at least twice. */
  private static Void read(AtomicBoolean done, AtomicLong reads, Set<Seen> seen) throws Exception {
    String url = "jdbc:hive2://" + stack.setting("platform.hive-server") + "/default";
    try (IsolatedDriver driver = IsolatedDriver.of(beeline(), "org.apache.hive.jdbc.HiveDriver");
        Connection connection = driver.connect(url)) {
      for (int own = 0; own < 2 || !done.get(); own++) {
        seen.add(read(connection));
        reads.incrementAndGet();
      }
    }
    return null;
  }

  private static Path beeline() {
    return LocalStack.builtLib().resolve("beeline");
  }

  /** What one query shows; a mixture of versions fails. */
  private static Seen read(Connection connection) throws SQLException {
    Set<Long> versions = ConcurrentHashMap.newKeySet();
    Set<String> cuts = ConcurrentHashMap.newKeySet();
    long rows = 0;
    long units = 0;
    try (var statement = connection.createStatement();
        var found = statement.executeQuery("select country, units, version, cut from " + VIEW)) {
      while (found.next()) {
        rows++;
        units += found.getLong(2);
        versions.add(found.getLong(3));
        cuts.add(found.getString(4));
      }
    }
    assertThat(versions).hasSize(1);
    assertThat(cuts).hasSize(1);
    return new Seen(versions.iterator().next(), cuts.iterator().next(), rows, units);
  }
}
