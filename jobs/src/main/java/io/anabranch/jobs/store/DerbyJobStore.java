package io.anabranch.jobs.store;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A store in an embedded Derby database, whose log is on disk before a commit returns. The database
 * can be open in one process at a time. Times are milliseconds since 1970, UTC.
 */
public final class DerbyJobStore implements JobStore {
  private static final String ANOTHER_PROCESS = "XSDB6";
  private static final String KEY_IS_THERE = "23505";

  /** The class of states that blame the values. */
  private static final String WRONG_VALUE = "22";

  private static final String TABLE_IS_THERE = "X0Y32";
  private static final Set<String> DOWN = Set.of("08006", "XJ004");

  private static final List<String> TABLES =
      List.of(
          """
          create table schedules (name varchar(100) primary key, app varchar(4000) not null,
            definition clob not null, properties clob not null, owner varchar(200) not null,
            state varchar(20) not null, created bigint not null, made bigint not null,
            raw bigint not null, backfill_of varchar(100), backfill_from bigint,
            backfill_to bigint, backfill_parallel int)
          """,
          """
          create table runs (id varchar(400) primary key, schedule varchar(100) not null,
            maker varchar(100) not null, name varchar(400) not null, app varchar(4000) not null,
            owner varchar(200) not null, dataset varchar(400) not null, parent varchar(420) not null,
            configuration clob not null, nominal bigint not null, created bigint not null,
            started bigint, ended bigint, status varchar(20) not null, attempt int not null,
            message clob not null)
          """,
          """
          create table steps (run varchar(400), number int, node varchar(100) not null,
            type varchar(40) not null, attempt int not null, tries int not null,
            interruptions int not null, status varchar(20) not null, due bigint not null,
            started bigint, ended bigint, transition varchar(100) not null, message clob not null,
            data clob not null, is_current boolean not null, primary key (run, number))
          """,
          "create index runs_by_status on runs (status)",
          "create index runs_by_schedule on runs (schedule, nominal)");

  private static final String OPEN_STATUSES = "('WAITING', 'READY', 'RUNNING', 'CANCELLING')";

  /** Derby writes the first of these last, and keeps the second while it replaces that one. */
  private static final List<String> MARKS = List.of("service.properties", "service.propertiesold");

  private final String url;
  private Connection connection;
  private boolean closed;

  DerbyJobStore(String url, Connection connection) {
    this.url = url;
    this.connection = connection;
  }

  /**
   * Opens the database in a folder; it is made if it is not there. After a crash Derby first undoes
   * what was not committed.
   *
   * @throws Problem if another process has it open
   */
  public static DerbyJobStore open(Path folder) {
    System.setProperty("derby.stream.error.file", folder.resolveSibling("derby.log").toString());
    if (!isWhole(folder)) {
      make(folder);
    }
    return open(url(folder), "");
  }

  private static String url(Path folder) {
    return "jdbc:derby:" + folder.toAbsolutePath();
  }

  private static boolean isWhole(Path folder) {
    return MARKS.stream().anyMatch(mark -> Files.exists(folder.resolve(mark)));
  }

  /**
   * Makes the database beside and moves it to its place, since one that was cut off while it was
   * made never opens. What such a one left at the place is put aside.
   */
  private static void make(Path folder) {
    Path made = folder.resolveSibling(folder.getFileName() + ".new");
    try {
      delete(made);
      open(url(made), ";create=true").close();
      if (Files.exists(folder)) {
        Path aside = folder.resolveSibling(folder.getFileName() + ".cut-off");
        delete(aside);
        Files.move(folder, aside);
      }
      Files.move(made, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("The database of jobs cannot be made: " + folder, e);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> tree = Files.walk(folder)) {
        for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }

  private static DerbyJobStore open(String url, String more) {
    try {
      Connection connection = connect(url, more);
      for (String table : TABLES) {
        create(connection, table);
      }
      connection.commit();
      return new DerbyJobStore(url, connection);
    } catch (SQLException e) {
      for (SQLException each = e; each != null; each = each.getNextException()) {
        if (ANOTHER_PROCESS.equals(each.getSQLState())) {
          throw Problem.unreachable(
              "The database of jobs (%s) is open in another process: is a second serving layer running on this data folder?"
                  .formatted(url),
              e);
        }
      }
      throw new IllegalStateException("The database of jobs cannot be opened: " + url, e);
    }
  }

  /**
   * Where Derby cannot write it opens a database for reading, and leaves out what it would have to
   * undo and do again: what is read then may be what never was.
   */
  private static Connection connect(String url, String more) throws SQLException {
    Connection connection = DriverManager.getConnection(url + more);
    if (connection.isReadOnly()) {
      connection.close();
      shutDown(url);
      throw new SQLException("it cannot be written: is the disk full?");
    }
    connection.setAutoCommit(false);
    return connection;
  }

  /** Derby says by an exception that a database has shut down, now or before by itself. */
  private static void shutDown(String url) throws SQLException {
    try {
      DriverManager.getConnection(url + ";shutdown=true");
    } catch (SQLException e) {
      if (!DOWN.contains(e.getSQLState())) {
        throw e;
      }
    }
  }

  private static void create(Connection connection, String table) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(table);
    } catch (SQLException e) {
      if (!TABLE_IS_THERE.equals(e.getSQLState())) {
        throw e;
      }
    }
  }

  private interface Work<T> {
    T run() throws SQLException;
  }

  private synchronized <T> T transaction(Work<T> work) {
    try {
      reconnect();
      return committed(work);
    } catch (SQLException e) {
      String words = "The database of jobs failed: " + e.getMessage();
      throw e.getSQLState() != null && e.getSQLState().startsWith(WRONG_VALUE)
          ? new IllegalArgumentException(words, e)
          : new UncheckedIOException(new IOException(words, e));
    }
  }

  /** Derby shuts the database down when it cannot write its log, as on a full disk. */
  private void reconnect() throws SQLException {
    if (closed) {
      throw new SQLException("it was closed");
    } else if (connection.isClosed()) {
      connection = connect(url, "");
    }
  }

  private <T> T committed(Work<T> work) throws SQLException {
    try {
      T result = work.run();
      connection.commit();
      return result;
    } catch (SQLException | RuntimeException | Error e) {
      undo(e);
      throw e;
    }
  }

  private void undo(Throwable why) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      why.addSuppressed(e);
    }
  }

  private interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  private <T> List<T> query(String sql, Reader<T> reader, Object... parameters) {
    return transaction(
        () -> {
          try (PreparedStatement statement = prepared(sql, parameters);
              ResultSet rows = statement.executeQuery()) {
            List<T> all = new ArrayList<>();
            while (rows.next()) {
              all.add(reader.read(rows));
            }
            return all;
          }
        });
  }

  private int update(String sql, Object... parameters) throws SQLException {
    try (PreparedStatement statement = prepared(sql, parameters)) {
      return statement.executeUpdate();
    }
  }

  private PreparedStatement prepared(String sql, Object... parameters) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }

  @Override
  public List<Schedule> schedules() {
    return query("select * from schedules order by name", DerbyJobStore::schedule);
  }

  @Override
  public Optional<Schedule> schedule(String name) {
    return query("select * from schedules where name = ?", DerbyJobStore::schedule, name).stream()
        .findFirst();
  }

  @Override
  public void put(Schedule schedule) {
    transaction(
        () -> {
          write(schedule);
          return null;
        });
  }

  private void write(Schedule schedule) throws SQLException {
    update("delete from schedules where name = ?", schedule.name());
    insert(
        "schedules",
        schedule.name(),
        schedule.app(),
        schedule.definition(),
        text(schedule.properties()),
        schedule.user(),
        schedule.state().name(),
        schedule.created().toEpochMilli(),
        schedule.made(),
        schedule.raw().toEpochMilli(),
        schedule.backfill().map(Schedule.Backfill::of).orElse(null),
        schedule.backfill().map(part -> part.from().toEpochMilli()).orElse(null),
        schedule.backfill().map(part -> part.to().toEpochMilli()).orElse(null),
        schedule.backfill().map(Schedule.Backfill::parallel).orElse(null));
  }

  /** Derby wants a type for a null that is given as a parameter, so nulls stand in the text. */
  private void insert(String table, Object... values) throws SQLException {
    String marks =
        Arrays.stream(values)
            .map(value -> value == null ? "null" : "?")
            .collect(Collectors.joining(", "));
    update(
        "insert into %s values (%s)".formatted(table, marks),
        Arrays.stream(values).filter(Objects::nonNull).toArray());
  }

  @Override
  public void remove(String schedule) {
    transaction(() -> update("delete from schedules where name = ?", schedule));
  }

  @Override
  public boolean add(Run run) {
    return transaction(() -> insertNew(run));
  }

  @Override
  public boolean make(Schedule schedule, Run run) {
    return transaction(
        () -> {
          write(schedule);
          return insertNew(run);
        });
  }

  /** A statement that is refused for its key undoes itself alone. */
  private boolean insertNew(Run run) throws SQLException {
    try {
      insert(
          "runs",
          run.id(),
          run.schedule(),
          run.maker(),
          run.name(),
          run.app(),
          run.user(),
          run.dataset(),
          run.parent(),
          text(run.configuration()),
          run.nominal().toEpochMilli(),
          run.created().toEpochMilli(),
          millis(run.started()),
          millis(run.ended()),
          run.status().name(),
          run.attempt(),
          run.message());
      return true;
    } catch (SQLException e) {
      if (KEY_IS_THERE.equals(e.getSQLState())) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public Optional<Run> run(String id) {
    return query("select * from runs where id = ?", DerbyJobStore::run, id).stream().findFirst();
  }

  @Override
  public List<Run> open() {
    return query(
        "select * from runs where status in " + OPEN_STATUSES + " order by nominal, id",
        DerbyJobStore::run);
  }

  @Override
  public List<Run> runs(Filter filter) {
    List<Object> parameters = new ArrayList<>();
    StringBuilder where = new StringBuilder(" where 1 = 1");
    filter.schedule().ifPresent(value -> condition(where, "schedule", parameters, value));
    filter.status().ifPresent(value -> condition(where, "status", parameters, value.name()));
    filter.dataset().ifPresent(value -> condition(where, "dataset", parameters, value));
    return query(
        "select * from runs%s order by nominal desc, id desc fetch first %d rows only"
            .formatted(where, filter.limit()),
        DerbyJobStore::run,
        parameters.toArray());
  }

  @Override
  public List<Run> ended(Instant before, int limit) {
    return query(
        ("select * from runs where parent = '' and ended < ? and status not in %s"
                + " order by ended, id fetch first %d rows only")
            .formatted(OPEN_STATUSES, limit),
        DerbyJobStore::run,
        before.toEpochMilli());
  }

  @Override
  public void forget(Run run) {
    transaction(
        () -> {
          update("delete from steps where run = ?", run.id());
          return update("delete from runs where id = ?", run.id());
        });
  }

  private static void condition(
      StringBuilder where, String column, List<Object> parameters, String value) {
    where.append(" and ").append(column).append(" = ?");
    parameters.add(value);
  }

  @Override
  public void put(Run run, List<Step> steps) {
    transaction(
        () -> {
          if (update("delete from runs where id = ?", run.id()) == 0) {
            throw new IllegalArgumentException("There is no run " + run.id());
          }
          insertNew(run);
          for (Step step : steps) {
            write(step);
          }
          return null;
        });
  }

  private void write(Step step) throws SQLException {
    update("delete from steps where run = ? and number = ?", step.run(), step.number());
    insert(
        "steps",
        step.run(),
        step.number(),
        step.node(),
        step.type(),
        step.attempt(),
        step.tries(),
        step.interruptions(),
        step.status().name(),
        step.due().toEpochMilli(),
        millis(step.started()),
        millis(step.ended()),
        step.transition(),
        step.message(),
        text(step.data()),
        step.current());
  }

  @Override
  public List<Step> steps(String run) {
    return query("select * from steps where run = ? order by number", DerbyJobStore::step, run);
  }

  private static Schedule schedule(ResultSet row) throws SQLException {
    String of = row.getString("backfill_of");
    return new Schedule(
        row.getString("name"),
        row.getString("app"),
        row.getString("definition"),
        map(row.getString("properties")),
        row.getString("owner"),
        Schedule.State.valueOf(row.getString("state")),
        Instant.ofEpochMilli(row.getLong("created")),
        row.getLong("made"),
        Instant.ofEpochMilli(row.getLong("raw")),
        of == null
            ? Optional.empty()
            : Optional.of(
                new Schedule.Backfill(
                    of,
                    Instant.ofEpochMilli(row.getLong("backfill_from")),
                    Instant.ofEpochMilli(row.getLong("backfill_to")),
                    row.getInt("backfill_parallel"))));
  }

  private static Run run(ResultSet row) throws SQLException {
    return new Run(
        row.getString("id"),
        row.getString("schedule"),
        row.getString("maker"),
        row.getString("name"),
        row.getString("app"),
        row.getString("owner"),
        row.getString("dataset"),
        row.getString("parent"),
        map(row.getString("configuration")),
        Instant.ofEpochMilli(row.getLong("nominal")),
        Instant.ofEpochMilli(row.getLong("created")),
        instant(row, "started"),
        instant(row, "ended"),
        Run.Status.valueOf(row.getString("status")),
        row.getInt("attempt"),
        row.getString("message"));
  }

  private static Step step(ResultSet row) throws SQLException {
    return new Step(
        row.getString("run"),
        row.getInt("number"),
        row.getString("node"),
        row.getString("type"),
        row.getInt("attempt"),
        row.getInt("tries"),
        row.getInt("interruptions"),
        Step.Status.valueOf(row.getString("status")),
        Instant.ofEpochMilli(row.getLong("due")),
        instant(row, "started"),
        instant(row, "ended"),
        row.getString("transition"),
        row.getString("message"),
        map(row.getString("data")),
        row.getBoolean("is_current"));
  }

  private static Long millis(Optional<Instant> instant) {
    return instant.map(Instant::toEpochMilli).orElse(null);
  }

  private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  /** As a properties file. */
  private static String text(Map<String, String> map) {
    Properties properties = new Properties();
    properties.putAll(map);
    StringWriter text = new StringWriter();
    try {
      properties.store(text, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static Map<String, String> map(String text) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> map = new TreeMap<>();
    properties.stringPropertyNames().forEach(name -> map.put(name, properties.getProperty(name)));
    return map;
  }

  @Override
  public synchronized void close() {
    closed = true;
    try {
      connection.close();
      shutDown(url);
    } catch (SQLException e) {
      throw new IllegalStateException("The database of jobs does not close", e);
    }
  }
}
