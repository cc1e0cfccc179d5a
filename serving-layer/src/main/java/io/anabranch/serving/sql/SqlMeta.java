package io.anabranch.serving.sql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.anabranch.runtime.Problem;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.calcite.avatica.MissingResultsException;
import org.apache.calcite.avatica.NoSuchStatementException;
import org.apache.calcite.avatica.QueryState;
import org.apache.calcite.avatica.jdbc.JdbcMeta;
import org.apache.calcite.avatica.proto.Requests;
import org.apache.calcite.avatica.remote.TypedValue;
import org.apache.calcite.jdbc.CalciteConnection;
import org.apache.calcite.jdbc.CalcitePrepare.CalciteSignature;

/**
 * What JDBC drivers ask, answered by {@link MergedSql}. Names and types come from Calcite by way of
 * the class above; statements are run here. The rows of a statement are kept until it is closed or
 * run again, for five minutes after they were last asked for, or until memory runs short; a caller
 * that comes later is told to run it again. After a restart a driver opens its connection again by
 * itself, and its statements are gone.
 */
final class SqlMeta extends JdbcMeta {
  private static final Duration KEPT = Duration.ofMinutes(5);
  private static final int MAX_FRAME = 10_000;

  /** A statement that was understood, and what it answered. */
  private record Execution(CalciteSignature<Object> statement, List<Object[]> rows) {
    /** About how many values it takes the place of. */
    int weight() {
      if (rows == null) {
        return 1;
      }
      long text = rows.stream().mapToLong(Texts::length).sum();
      int values = rows.size() * statement.columns.size();
      return 1 + values + (int) (text * MergedSql.MAX_VALUES / MergedSql.MAX_TEXT);
    }

    Signature signature() {
      return new Signature(
          statement.columns,
          statement.sql,
          statement.parameters,
          Map.of(),
          CursorFactory.ARRAY,
          StatementType.SELECT);
    }

    Frame frame(long offset, int asked) {
      int count = asked < 0 ? MAX_FRAME : Math.min(asked, MAX_FRAME);
      int from = (int) Math.min(offset, rows.size());
      int to = Math.min(rows.size(), from + count);
      return new Frame(offset, to == rows.size(), Arrays.asList(rows.subList(from, to).toArray()));
    }
  }

  private final MergedSql sql;
  private final Cache<Connection, Session> sessions = Caffeine.newBuilder().weakKeys().build();
  private final Cache<Integer, Execution> executions =
      Caffeine.newBuilder()
          .maximumWeight(2L * MergedSql.MAX_VALUES)
          .weigher((Integer id, Execution execution) -> execution.weight())
          .expireAfterAccess(KEPT)
          .build();

  SqlMeta(MergedSql sql) throws SQLException {
    super("jdbc:calcite:");
    this.sql = sql;
  }

  @Override
  protected Connection createConnection(String url, Properties info) {
    Map<String, String> properties = new HashMap<>();
    info.forEach((name, value) -> properties.put(name.toString(), value.toString()));
    Session session = Session.of(properties);
    Connection connection = sql.connect(session);
    sessions.put(connection, session);
    return connection;
  }

  private CalciteConnection connection(String id) {
    try {
      return getConnection(id).unwrap(CalciteConnection.class);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public StatementHandle prepare(ConnectionHandle connection, String text, long maxRows) {
    CalciteConnection calcite = connection(connection.id);
    Execution prepared = new Execution(sql.prepare(calcite, text), null);
    int id = getStatementIdGenerator().getAndIncrement();
    executions.put(id, prepared);
    return new StatementHandle(connection.id, id, prepared.signature());
  }

  @Override
  public ExecuteResult prepareAndExecute(
      StatementHandle handle, String text, long maxRows, int firstFrame, PrepareCallback callback)
      throws NoSuchStatementException {
    if (getStatementCache().getIfPresent(handle.id) == null) {
      throw new NoSuchStatementException(handle);
    }
    CalciteConnection calcite = connection(handle.connectionId);
    return run(handle, calcite, sql.prepare(calcite, text), Map.of(), maxRows, firstFrame);
  }

  @Override
  public ExecuteResult execute(StatementHandle handle, List<TypedValue> parameters, int firstFrame)
      throws NoSuchStatementException {
    Execution prepared = executions.getIfPresent(handle.id);
    if (prepared == null) {
      throw new NoSuchStatementException(handle);
    }
    return run(
        handle,
        connection(handle.connectionId),
        prepared.statement(),
        values(prepared.statement(), parameters == null ? List.of() : parameters),
        -1,
        firstFrame);
  }

  private static Map<String, Object> values(
      CalciteSignature<Object> statement, List<TypedValue> parameters) {
    Map<String, Object> values = new HashMap<>();
    for (int i = 0; i < statement.parameters.size(); i++) {
      if (i >= parameters.size() || parameters.get(i) == null) {
        throw Problem.badInput("parameter %s of the statement has no value".formatted(i + 1));
      }
      values.put("?" + i, parameters.get(i).toLocal());
    }
    return values;
  }

  private ExecuteResult run(
      StatementHandle handle,
      CalciteConnection connection,
      CalciteSignature<Object> statement,
      Map<String, Object> parameters,
      long maxRows,
      int firstFrame) {
    Session session = sessions.getIfPresent(connection);
    List<Object[]> rows =
        sql.run(connection, statement, session == null ? Session.PLAIN : session, parameters)
            .rows();
    Execution done =
        new Execution(
            statement,
            maxRows > 0 && maxRows < rows.size() ? rows.subList(0, (int) maxRows) : rows);
    executions.put(handle.id, done);
    return new ExecuteResult(
        List.of(
            MetaResultSet.create(
                handle.connectionId,
                handle.id,
                false,
                done.signature(),
                done.frame(0, firstFrame))));
  }

  @Override
  public Frame fetch(StatementHandle handle, long offset, int maxRows)
      throws NoSuchStatementException, MissingResultsException {
    Execution done = executions.getIfPresent(handle.id);
    if (done != null && done.rows() != null) {
      return done.frame(offset, maxRows);
    }
    try {
      return super.fetch(handle, offset, maxRows);
    } catch (NoSuchStatementException | MissingResultsException e) {
      throw gone();
    }
  }

  @Override
  public boolean syncResults(StatementHandle handle, QueryState state, long offset) {
    throw gone();
  }

  private static Problem gone() {
    return Problem.badInput(
        "the rows of the statement are no longer held, five minutes after they were last read: run it again");
  }

  @Override
  public void closeStatement(StatementHandle handle) {
    executions.invalidate(handle.id);
    super.closeStatement(handle);
  }

  @Override
  public ExecuteBatchResult prepareAndExecuteBatch(
      StatementHandle handle, List<String> statements) {
    throw readOnly();
  }

  @Override
  public ExecuteBatchResult executeBatch(StatementHandle handle, List<List<TypedValue>> batches) {
    throw readOnly();
  }

  @Override
  public ExecuteBatchResult executeBatchProtobuf(
      StatementHandle handle, List<Requests.UpdateBatch> batches) {
    throw readOnly();
  }

  private static Problem readOnly() {
    return Problem.badInput("batches are refused: merged views are read only, write a query");
  }
}
