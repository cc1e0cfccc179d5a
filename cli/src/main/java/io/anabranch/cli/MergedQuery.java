package io.anabranch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.runtime.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Asks the serving layer for the rows of a statement over merged views. */
final class MergedQuery {
  private final Rest rest;

  MergedQuery(Instance instance) {
    rest = Rest.of(instance);
  }

  /**
   * Prints the rows, and on standard error where they come from.
   *
   * @param arguments one statement; {@code --json} prints the whole answer, {@code --csv} its rows
   * @param inexact refuse or allow; null for refuse
   * @return the exit status
   */
  int print(List<String> arguments, List<String> asOf, String inexact) {
    List<String> statements = new ArrayList<>(arguments);
    boolean json = statements.remove("--json");
    boolean csv = statements.remove("--csv");
    if (statements.size() != 1) {
      throw Problem.badInput("Usage: sql --merged [--json|--csv] \"statement\"");
    }
    ObjectNode question = Json.object();
    question.put("statement", statements.get(0));
    question.put("inexact", inexact);
    asOf.forEach(question.withArray("/as_of")::add);
    JsonNode answer = rest.post("/api/v1/sql", question);
    if (json) {
      System.out.println(Json.line(answer));
      return 0;
    }
    List<JsonNode> rows = new ArrayList<>();
    answer.path("rows").forEach(rows::add);
    System.out.print(csv ? CsvText.of(rows) : ObjectTable.of(rows).render());
    for (Map.Entry<String, JsonNode> view : answer.path("provenance").properties()) {
      Words.say(view.getKey() + ": " + QueryCommand.words(view.getValue()));
    }
    return 0;
  }
}
