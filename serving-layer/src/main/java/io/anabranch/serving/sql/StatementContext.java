package io.anabranch.serving.sql;

import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.java.JavaTypeFactory;
import org.apache.calcite.jdbc.CalciteConnection;
import org.apache.calcite.jdbc.CalcitePrepare.CalciteSignature;
import org.apache.calcite.linq4j.QueryProvider;
import org.apache.calcite.rel.type.TimeFrames;
import org.apache.calcite.schema.SchemaPlus;

/** What a running statement may ask for. All of its clocks are UTC. */
final class StatementContext implements DataContext {
  private final CalciteConnection connection;
  private final SchemaPlus root;
  private final Map<String, Object> values;

  private StatementContext(
      CalciteConnection connection, SchemaPlus root, Map<String, Object> values) {
    this.connection = connection;
    this.root = root;
    this.values = values;
  }

  static StatementContext of(
      CalciteConnection connection,
      CalciteSignature<?> statement,
      Map<String, Object> parameters,
      Reads reads,
      Instant now) {
    Map<String, Object> values = new HashMap<>(statement.internalParameters);
    values.putAll(parameters);
    for (Variable clock :
        new Variable[] {
          Variable.UTC_TIMESTAMP,
          Variable.CURRENT_TIMESTAMP,
          Variable.LOCAL_TIMESTAMP,
          Variable.SYS_TIMESTAMP
        }) {
      values.put(clock.camelName, now.toEpochMilli());
    }
    values.put(Variable.TIME_ZONE.camelName, TimeZone.getTimeZone("UTC"));
    values.put(
        Variable.TIME_FRAME_SET.camelName,
        connection.getTypeFactory().getTypeSystem().deriveTimeFrameSet(TimeFrames.CORE));
    values.put(Variable.LOCALE.camelName, Locale.ROOT);
    values.put(Variable.USER.camelName, "anabranch");
    values.put(Variable.SYSTEM_USER.camelName, "anabranch");
    values.put(Variable.CANCEL_FLAG.camelName, new AtomicBoolean());
    reads.putInto(values);
    return new StatementContext(connection, statement.rootSchema.plus(), values);
  }

  @Override
  public SchemaPlus getRootSchema() {
    return root;
  }

  @Override
  public JavaTypeFactory getTypeFactory() {
    return connection.getTypeFactory();
  }

  @Override
  public QueryProvider getQueryProvider() {
    return connection;
  }

  @Override
  public Object get(String name) {
    return values.get(name);
  }
}
