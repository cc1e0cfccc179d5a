package io.anabranch.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Asks HiveServer2 for rows, through the client that {@code sql} runs. */
final class HiveQuery {
  private final Instance instance;

  HiveQuery(Instance instance) {
    this.instance = instance;
  }

  /**
   * The rows of a statement, each an object of column to value.
   *
   * @throws Problem if it failed; the client's own words have been shown by then
   */
  JsonNode rows(String statement) {
    Launch launch = new Launches(instance).sql(List.of("--json", statement));
    try {
      Process process = launch.builder().redirectError(Redirect.INHERIT).start();
      process.getOutputStream().close();
      String rows = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = ForegroundProcess.await(process);
      if (status == ExitStatus.BAD_INPUT.code()) {
        throw Problem.badInput("Hive refuses the statement: see above");
      } else if (status != 0) {
        throw Problem.unreachable("Hive did not answer: see above");
      }
      return Json.parse(rows);
    } catch (JsonProcessingException e) {
      throw Problem.failed("Hive's client answered no JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw Problem.unreachable("Cannot run " + launch.command().get(0) + ": " + e, e);
    }
  }

  /** A text as a literal of HiveQL. */
  static String literal(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
