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
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Readers of a batch view through HiveServer2. While it is pointed to other versions each of ten
 * sees all of one version, and the version and cut that the rows say are that one's; that is so
 * whatever Hive was told when the version's runs were made.
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

  @Test
  void runsThatHiveWasNotToldOfAreDeclaredWhenTheirVersionIsShown() throws Exception {
    write(11, 11, MONTHS);
    files(11, 12, MONTHS.subList(1, 3));
    files(11, 13, MONTHS.subList(2, 3));
    String reports = dataset.hive().quality();
    String folder = "%s/tables/%s".formatted(stack.hdfs(), reports);
    // The first run was of a release that wrote no reports.
    session.range(5).write().parquet(HiveTables.ofRun(folder, 12));
    tables.declare(
        HiveTables.ofRoot(reports, 11), folder, session.range(1).schema(), Optional.empty());

    publish(0, version(13, List.of(11L, 12L, 13L)));
    assertThat(units()).isEqualTo(ROWS_PER_MONTH * (11 + 12 + 13 + 11));
    assertThat(partitions(reports, 11)).containsExactly("run=12");
    assertThat(session.table(reports).count()).isEqualTo(5);
    publish(13, version(12, List.of(11L, 12L)));
    assertThat(units()).isEqualTo(ROWS_PER_MONTH * (11 + 12 + 12 + 11));
  }

  @Test
  void aVersionThatIsPublishedAgainShowsRunsThatHiveWasNotToldOf() throws Exception {
    write(21, 21, MONTHS);
    files(21, 22, MONTHS.subList(0, 1));
    write(23, 23, MONTHS);
    publish(0, version(23, List.of(23L)));
    publish(23, version(22, List.of(21L, 22L)));
    assertThat(units()).isEqualTo(ROWS_PER_MONTH * (22 + 21 + 21 + 21));
  }

  private static long units() throws Exception {
    try (IsolatedDriver driver = IsolatedDriver.of(beeline(), "org.apache.hive.jdbc.HiveDriver");
        Connection connection = driver.connect(address())) {
      return read(connection).units();
    }
  }

  private static List<String> partitions(String table, long root) {
    return session.sql("SHOW PARTITIONS " + HiveTables.ofRoot(table, root)).collectAsList().stream()
        .map(row -> row.getString(0))
        .toList();
  }

  private static boolean anyIsDone(List<Future<?>> readers) {
    return readers.stream().anyMatch(Future::isDone);
  }

  /** Cells of some months, each of as many units as the run's number says. */
  private void write(long root, long run, List<String> months) {
    String name = HiveTables.ofRoot(VIEW, root);
    StructType columns = files(root, run, months);
    if (run == root) {
      tables.declare(name, folder(root), columns, Optional.of("month"));
    }
    tables.addRun(name, run, Optional.of("month"), HiveTables.ofRun(folder(root), run));
  }

  private static String folder(long root) {
    return "%s/tables/%s".formatted(stack.hdfs(), HiveTables.ofRoot(VIEW, root));
  }

  /** The files alone; their columns. */
  private static StructType files(long root, long run, List<String> months) {
    org.apache.spark.sql.Dataset<Row> cells =
        session
            .range((long) ROWS_PER_MONTH * months.size())
            .selectExpr(
                "concat('country ', id) as country",
                run + "L as units",
                "element_at(array('%s'), cast(id %% %s as int) + 1) as month"
                    .formatted(String.join("', '", months), months.size()));
    cells.write().partitionBy("month").parquet(HiveTables.ofRun(folder(root), run));
    return cells.drop("month").schema();
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
    try (IsolatedDriver driver = IsolatedDriver.of(beeline(), "org.apache.hive.jdbc.HiveDriver");
        Connection connection = driver.connect(address())) {
      for (int own = 0; own < 2 || !done.get(); own++) {
        seen.add(read(connection));
        reads.incrementAndGet();
      }
    }
    return null;
  }

  private static String address() {
    return "jdbc:hive2://" + stack.setting("platform.hive-server") + "/default";
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
