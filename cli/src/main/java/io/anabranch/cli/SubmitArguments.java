package io.anabranch.cli;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What stands before the application in the arguments of spark-submit, as Spark reads it: {@code
 * --option value} or {@code --option=value}, of which the last one counts. What follows the
 * application is its own.
 */
final class SubmitArguments {
  private static final Set<String> SWITCHES =
      Set.of(
          "--supervise",
          "--load-spark-defaults",
          "--verbose",
          "-v",
          "--help",
          "-h",
          "--usage-error",
          "--version");

  private final List<String> arguments;

  SubmitArguments(List<String> arguments) {
    this.arguments = List.copyOf(arguments);
  }

  /** The file of properties, which takes the place of any that was named before. */
  Optional<String> propertiesFile() {
    return last("--properties-file", "");
  }

  /** Where the driver runs, if an option says it. */
  Optional<String> deployMode() {
    return last("--deploy-mode", "").or(() -> last("--conf", "spark.submit.deployMode="));
  }

  /** The last value of an option that begins so, without that beginning. */
  private Optional<String> last(String option, String prefix) {
    Optional<String> found = Optional.empty();
    for (int i = 0; i < arguments.size() && arguments.get(i).startsWith("-"); i++) {
      String name = arguments.get(i);
      int equals = name.startsWith("--") ? name.indexOf('=') : -1;
      String value = "";
      if (equals > 0) {
        value = name.substring(equals + 1);
        name = name.substring(0, equals);
      } else if (!SWITCHES.contains(name) && i + 1 < arguments.size()) {
        i++;
        value = arguments.get(i);
      }
      boolean isMeant = name.equals(option) || (option.equals("--conf") && name.equals("-c"));
      if (isMeant && value.startsWith(prefix)) {
        found = Optional.of(value.substring(prefix.length()));
      }
    }
    return found;
  }
}
