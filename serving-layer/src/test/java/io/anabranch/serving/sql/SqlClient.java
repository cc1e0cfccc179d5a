package io.anabranch.serving.sql;

import io.anabranch.serving.RestClient;
import io.anabranch.serving.ServedRiver;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Asks a serving layer for merged views: by JSON and by the real JDBC driver. */
final class SqlClient {
  private static final JsonMapper JSON = new JsonMapper();

  private final ServedRiver served;

  SqlClient(ServedRiver served) {
    this.served = served;
  }

  HttpResponse<String> ask(String statement, String inexact, String... asOf) {
    ObjectNode question = JSON.createObjectNode();
    question.put("statement", statement);
    question.put("inexact", inexact);
    Stream.of(asOf).forEach(question.withArray("as_of")::add);
    return served.rest.postJson("/api/v1/sql", JSON.writeValueAsString(question));
  }

  /** The answer to a statement that must succeed. */
  JsonNode answer(String statement, String... asOf) {
    HttpResponse<String> response = ask(statement, null, asOf);
    if (response.statusCode() != 200) {
      throw new AssertionError(statement + ": " + response.statusCode() + " " + response.body());
    }
    return RestClient.parse(response);
  }

  /** What a statement that must fail is told. */
  String refusal(String statement) {
    HttpResponse<String> response = ask(statement, null);
    if (response.statusCode() == 200) {
      throw new AssertionError(statement + " is not refused");
    }
    return RestClient.parse(response).get("detail").asString();
  }

  /** The rows without some columns, in whatever order. */
  static List<String> rows(JsonNode answer, Collection<String> without) {
    return answer
        .get("rows")
        .valueStream()
        .map(row -> ((ObjectNode) row).without(without).toString())
        .sorted()
        .toList();
  }

  /**
   * A connection.
   *
   * @param parameters of the address, such as {@code ?inexact=allow}
   */
  Connection connect(String parameters) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:avatica:remote:url="
            + served.base.resolve("api/v1/avatica")
            + parameters
            + ";serialization=protobuf");
  }
}
