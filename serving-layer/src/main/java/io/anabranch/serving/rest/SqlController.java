package io.anabranch.serving.rest;

import io.anabranch.runtime.Problem;
import io.anabranch.serving.ServedValue;
import io.anabranch.serving.sql.AvaticaEndpoint;
import io.anabranch.serving.sql.MergedSql;
import io.anabranch.serving.sql.Session;
import io.anabranch.serving.standing.Provenance;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.apache.calcite.avatica.ColumnMetaData;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Merged cells by SQL: for JDBC drivers, and as JSON. */
@RestController
@RequestMapping("/api/v1")
final class SqlController {
  /**
   * What is asked.
   *
   * @param statement a query
   * @param schema the dataset whose views may be named without it
   * @param inexact refuse (the default) or allow
   * @param asOf moments to read instead of now, one of a dataset, from the provenance of answers
   */
  record Question(String statement, String schema, String inexact, List<String> asOf) {
    Session session() {
      if (asOf != null && asOf.contains(null)) {
        throw Problem.badInput("as_of holds a null: give moments as texts, or leave it out");
      }
      return Session.of(
          Optional.ofNullable(schema),
          Optional.ofNullable(inexact),
          asOf == null ? List.of() : List.copyOf(asOf));
    }
  }

  /**
   * An answer.
   *
   * @param provenance by view that was read
   */
  record SqlAnswer(
      List<ColumnJson> columns,
      List<Map<String, Object>> rows,
      SortedMap<String, Provenance> provenance) {}

  /**
   * A column.
   *
   * @param type as in SQL
   */
  record ColumnJson(String column, String type) {
    static ColumnJson of(String name, ColumnMetaData column) {
      boolean isDecimal = column.type.id == Types.DECIMAL;
      return new ColumnJson(
          name,
          isDecimal
              ? "DECIMAL(%s, %s)".formatted(column.precision, column.scale)
              : column.type.name);
    }
  }

  private final MergedSql sql;
  private final AvaticaEndpoint avatica;

  SqlController(MergedSql sql) {
    this.sql = sql;
    this.avatica = new AvaticaEndpoint(sql);
  }

  @PostMapping("/sql")
  @Operation(
      summary = "Answers a query in SQL over merged cells",
      description =
          "Views are tables, dataset.view. All that a statement reads of a dataset is of one"
              + " moment, which the answer names; with as_of it is read again.")
  SqlAnswer query(@RequestBody Question question) {
    if (question.statement() == null || question.statement().isBlank()) {
      throw Problem.badInput("there is no statement: send {\"statement\": \"select ...\"}");
    }
    MergedSql.Result result = sql.query(question.statement(), question.session());
    List<String> names = names(result.columns());
    List<ColumnJson> columns = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      columns.add(ColumnJson.of(names.get(i), result.columns().get(i)));
    }
    return new SqlAnswer(columns, rows(result, names), result.provenance());
  }

  @PostMapping("/avatica")
  @Operation(
      summary = "Avatica's protocol for JDBC drivers",
      description =
          "jdbc:avatica:remote:url=http://HOST:PORT/api/v1/avatica;serialization=protobuf")
  @Parameter(
      in = ParameterIn.QUERY,
      name = "schema",
      description = "the dataset whose views may be named without it")
  @Parameter(in = ParameterIn.QUERY, name = "inexact", description = "refuse or allow")
  @Parameter(
      in = ParameterIn.QUERY,
      name = "as_of",
      description = "moments to read instead of now, one of a dataset, joined by commas")
  ResponseEntity<byte[]> avatica(
      @Parameter(hidden = true) @RequestParam Map<String, String> properties,
      @RequestBody byte[] message) {
    AvaticaEndpoint.Message answer = avatica.answer(message, properties);
    return ResponseEntity.status(answer.status())
        .contentType(MediaType.APPLICATION_OCTET_STREAM)
        .body(answer.body());
  }

  /**
   * A name for each column that no other has, since they are the keys of the rows: the first of one
   * name keeps it, the others get a number.
   */
  private static List<String> names(List<ColumnMetaData> columns) {
    Set<String> taken = new HashSet<>();
    columns.forEach(column -> taken.add(column.label));
    Set<String> seen = new HashSet<>();
    return columns.stream()
        .map(c -> seen.add(c.label) ? c.label : numbered(c.label, taken))
        .toList();
  }

  private static String numbered(String label, Set<String> taken) {
    int number = 2;
    while (!taken.add(label + "_" + number)) {
      number++;
    }
    return label + "_" + number;
  }

  private static List<Map<String, Object>> rows(MergedSql.Result result, List<String> names) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Object[] values : result.rows()) {
      Map<String, Object> row = new LinkedHashMap<>();
      for (int i = 0; i < values.length; i++) {
        row.put(names.get(i), json(result.columns().get(i).type.id, values[i]));
      }
      rows.add(row);
    }
    return rows;
  }

  /** As REST writes it elsewhere: decimals and times as texts. */
  private static Object json(int type, Object value) {
    if (!(value instanceof Number number)) {
      return value;
    }
    return switch (type) {
      case Types.TIMESTAMP -> Instant.ofEpochMilli(number.longValue()).toString();
      case Types.DATE -> LocalDate.ofEpochDay(number.longValue()).toString();
      case Types.TIME -> LocalTime.ofNanoOfDay(number.longValue() * 1_000_000).toString();
      default -> ServedValue.json(value);
    };
  }
}
