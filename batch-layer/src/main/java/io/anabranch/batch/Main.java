package io.anabranch.batch;

import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.Program;
import java.nio.file.Path;
import java.util.Map;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * The process {@code batch}, started by SparkSubmit. The last line on standard output is one JSON
 * object; progress goes to standard error.
 */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    Configurator.setRootLevel(Level.WARN);
    Program.run(
        () -> {
          Arguments parsed = Arguments.parse(arguments);
          Map<String, Object> result =
              switch (parsed.task()) {
                case RUN -> Batch.run(parsed);
                case FOLLOW -> Batch.follow(parsed);
                case COMPACT -> Batch.compact(parsed);
                case ERASE -> Batch.erase(parsed);
                case RECOMPUTE -> Batch.recompute(parsed);
                case CHECK -> Batch.check(parsed);
                case DDL -> Batch.ddl(parsed);
                case EXERCISE -> Exercise.run(Path.of(parsed.required("--schemas")));
              };
          System.out.println(Json.line(result));
          System.out.flush();
          return ExitStatus.DONE;
        });
  }
}
