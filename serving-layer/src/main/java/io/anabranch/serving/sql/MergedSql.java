package io.anabranch.serving.sql;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Datasets;
import io.anabranch.serving.ServingSettings;
import io.anabranch.serving.cells.CellQuery;
import io.anabranch.serving.cells.CellReader;
import io.anabranch.serving.standing.Provenance;
import io.anabranch.views.SnapshotLostException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.config.CalciteConnectionConfig;
import org.apache.calcite.jdbc.CalciteConnection;
import org.apache.calcite.jdbc.CalcitePrepare;
import org.apache.calcite.jdbc.CalcitePrepare.CalciteSignature;
import org.apache.calcite.linq4j.Enumerator;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.runtime.Hook;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.calcite.tools.Program;
import org.apache.calcite.util.Holder;

/**
 * Answers statements over merged cells: one schema a dataset, in it one table a view and the table
 * {@code provenance}, and the function {@code cells} for roll-ups. Nothing but queries is taken. A
 * statement reads one moment of each dataset, and all of its rows are made before the first is
 * given, so that a reading that was overtaken by writers is begun anew without anybody seeing it.
 * For several threads.
 */
public final class MergedSql {
  /** How many values an answer may have; it is held in memory. */
  static final int MAX_VALUES = 2_000_000;

  /** How many characters the texts of an answer may have together. */
  static final int MAX_TEXT = 10_000_000;

  private static final int SIDE_BY_SIDE = 2;
  private static final int CHECK_EVERY = 1_000;

  /** How many rows, and characters, may be made for each that an answer may have. */
  private static final int MADE_FOR_ONE = 4;

  private static final int LONGEST_STATEMENT = 100_000;

  /**
   * What a statement answered.
   *
   * @param rows as Calcite holds values: timestamps as epoch milliseconds, dates as epoch days
   * @param provenance by view that was read
   * @param reads what it read of the cells, in order
   */
  public record Result(
      List<ColumnMetaData> columns,
      List<Object[]> rows,
      SortedMap<String, Provenance> provenance,
      List<Read> reads) {}

  /**
   * One reading of cells.
   *
   * @param rows how many rolled-up cells it gave
   */
  public record Read(CellQuery query, int rows) {}

  private final CalciteConnections connections;
  private final CellReader reader;
  private final Clock clock;
  private final int maxRows;
  private final Duration timeout;
  private final Semaphore places = new Semaphore(SIDE_BY_SIDE, true);

  public MergedSql(Datasets datasets, CellReader reader, ServingSettings settings, Clock clock) {
    this.connections = new CalciteConnections(datasets);
    this.reader = reader;
    this.clock = clock;
    this.maxRows = settings.maxRows();
    this.timeout = settings.sqlTimeout();
  }

  /**
   * Answers one statement.
   *
   * @throws Problem if it is refused, takes too long, has too many rows, or lacks records
   * @throws io.anabranch.serving.standing.MomentLostException if the session's moment is gone
   */
  public Result query(String sql, Session session) {
    try (CalciteConnection connection = connect(session)) {
      return run(connection, prepare(connection, sql), session, Map.of());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What statements and the names in them are understood by. It holds no resources. */
  CalciteConnection connect(Session session) {
    return connections.open(session);
  }

  /**
   * Understands a statement, which may then be run several times.
   *
   * @throws Problem if it is no query, or one that is wrong
   */
  @SuppressWarnings("try") // what is hooked is unhooked at the end
  CalciteSignature<Object> prepare(CalciteConnection connection, String text) {
    String sql = text.strip().replaceFirst("(\\s*;)+$", "");
    CalcitePrepare.Context context = connection.createPrepareContext();
    Consumer<RelNode> converted = MergedSql::check;
    CalcitePrepare.Dummy.push(context);
    Consumer<Holder<Program>> planned = holder -> holder.set(BoundedRows.planning());
    try (Hook.Closeable check = Hook.CONVERTED.addThread(converted);
        Hook.Closeable bound = Hook.PROGRAM.addThread(planned)) {
      requireShort(sql);
      SqlNode parsed = parsed(sql, connection.config());
      requireQuery(parsed);
      TextWidths.checkSyntax(parsed);
      return CalcitePrepare.DEFAULT_FACTORY
          .apply()
          .prepareSql(context, CalcitePrepare.Query.of(sql), Object[].class, -1);
    } catch (RuntimeException | SqlParseException | AssertionError e) {
      throw connections.refusal(e);
    } finally {
      CalcitePrepare.Dummy.pop(context);
    }
  }

  private static void check(RelNode statement) {
    MeasureUse.check(statement);
    TextWidths.check(statement);
  }

  private static void requireShort(String statement) {
    if (statement.length() > LONGEST_STATEMENT) {
      throw Problem.badInput(
          "the statement has %s characters, expected up to %s"
              .formatted(statement.length(), LONGEST_STATEMENT));
    }
  }

  private static SqlNode parsed(String sql, CalciteConnectionConfig config)
      throws SqlParseException {
    return SqlParser.create(
            sql,
            SqlParser.config()
                .withQuoting(config.quoting())
                .withQuotedCasing(config.quotedCasing())
                .withUnquotedCasing(config.unquotedCasing())
                .withCaseSensitive(config.caseSensitive())
                .withConformance(config.conformance()))
        .parseStmt();
  }

  private static void requireQuery(SqlNode statement) {
    if (!SqlKind.QUERY.contains(statement.getKind()) && statement.getKind() != SqlKind.EXPLAIN) {
      throw Problem.badInput(
          "%s is refused: merged views are read only, write a query (select, values, with, explain plan for)"
              .formatted(statement.getKind().sql));
    }
  }

  /**
   * Runs a statement.
   *
   * @param parameters their values by name, {@code ?0} being the first
   */
  Result run(
      CalciteConnection connection,
      CalciteSignature<Object> statement,
      Session session,
      Map<String, Object> parameters) {
    takePlace();
    try {
      return CellReader.whileWritten(
          "what the statement reads", () -> once(connection, statement, session, parameters));
    } finally {
      places.release();
    }
  }

  private void takePlace() {
    try {
      if (places.tryAcquire(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw Problem.unreachable(
        "too many statements run already, %s at a time: ask again later".formatted(SIDE_BY_SIDE));
  }

  private Result once(
      CalciteConnection connection,
      CalciteSignature<Object> statement,
      Session session,
      Map<String, Object> parameters) {
    Reads reads =
        new Reads(
            reader,
            session,
            timeout,
            (long) MADE_FOR_ONE * maxRows,
            (long) MADE_FOR_ONE * MAX_TEXT);
    try {
      List<Object[]> rows =
          rows(
              statement,
              StatementContext.of(connection, statement, parameters, reads, clock.instant()),
              reads);
      reads.checkMoments();
      List<Read> done = new ArrayList<>();
      reads.answers().forEach((query, answer) -> done.add(new Read(query, answer.size())));
      return new Result(statement.columns, rows, reads.provenance(), done);
    } catch (RuntimeException | AssertionError e) {
      RuntimeException refusal = connections.refusal(e);
      throw refusal instanceof SnapshotLostException lost && reads.arePinned()
          ? CellReader.lost(lost)
          : refusal;
    }
  }

  private List<Object[]> rows(
      CalciteSignature<Object> statement, StatementContext context, Reads reads) {
    List<Object[]> rows = new ArrayList<>();
    int most = Math.min(maxRows, MAX_VALUES / statement.columns.size());
    long text = 0;
    try (Enumerator<Object> found = statement.enumerable(context).enumerator()) {
      while (found.moveNext()) {
        if (rows.size() == most) {
          throw Problem.badInput(
              "the statement has more than %s rows: narrow it, or ask for fewer columns"
                  .formatted(most));
        }
        if (rows.size() % CHECK_EVERY == 0) {
          reads.checkTime();
        }
        Object[] row = row(statement.columns, found.current());
        text += Texts.length(row);
        if (text > MAX_TEXT) {
          throw Problem.badInput(
              "the answer has texts of more than %s characters: narrow it, or ask for fewer columns"
                  .formatted(MAX_TEXT));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  /** A row, its decimals with as many digits as their columns say. */
  private static Object[] row(List<ColumnMetaData> columns, Object found) {
    Object[] row = found instanceof Object[] values ? values.clone() : new Object[] {found};
    for (int i = 0; i < row.length; i++) {
      if (row[i] instanceof BigDecimal decimal) {
        row[i] = decimal.setScale(columns.get(i).scale, RoundingMode.HALF_UP);
      }
    }
    return row;
  }
}
