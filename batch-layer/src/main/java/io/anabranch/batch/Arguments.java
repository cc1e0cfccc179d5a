package io.anabranch.batch;

import io.anabranch.runtime.Problem;
import io.anabranch.views.Offsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the process was asked for. */
record Arguments(Task task, Optional<String> file, Map<String, List<String>> options) {
  private static final String USAGE =
      "expected 'run --config FILE --dataset NAME [--full] [--despite-checks]', 'follow --config"
          + " FILE --dataset NAME', 'compact --config FILE --dataset NAME [--offsets N]', 'erase"
          + " --config FILE --dataset NAME [--identity FIELD=VALUE,...]... [--where CONDITION]"
          + " [--reason TEXT] [--purge-topic] [--at-most N] [--dry-run] [--resume]', 'recompute"
          + " --config FILE --dataset NAME --out HDFS_FOLDER [--version N --until"
          + " PARTITION=OFFSET,...]', 'check FILE [--schemas FOLDER]', 'ddl FILE [--schemas FOLDER]' or"
          + " 'exercise --schemas FOLDER'";

  private static final Set<String> FLAGS =
      Set.of("--full", "--despite-checks", "--purge-topic", "--dry-run", "--resume");

  /** May be given several times. */
  private static final Set<String> REPEATED = Set.of("--identity");

  /** What the process can do. */
  enum Task {
    RUN,
    FOLLOW,
    COMPACT,
    ERASE,
    RECOMPUTE,
    CHECK,
    DDL,
    EXERCISE
  }

  private static Set<String> options(Task task) {
    return switch (task) {
      case RUN -> Set.of("--config", "--dataset", "--full", "--despite-checks");
      case FOLLOW -> Set.of("--config", "--dataset");
      case COMPACT -> Set.of("--config", "--dataset", "--offsets");
      case ERASE ->
          Set.of(
              "--config",
              "--dataset",
              "--identity",
              "--where",
              "--reason",
              "--purge-topic",
              "--at-most",
              "--dry-run",
              "--resume");
      case RECOMPUTE -> Set.of("--config", "--dataset", "--out", "--version", "--until");
      case CHECK, DDL, EXERCISE -> Set.of("--schemas");
    };
  }

  static Arguments parse(String[] arguments) {
    if (arguments.length == 0) {
      throw Problem.badInput("no task: " + USAGE);
    }
    Task task = task(arguments[0]);
    Optional<String> file = Optional.empty();
    Map<String, List<String>> options = new HashMap<>();
    for (int i = 1; i < arguments.length; i++) {
      String argument = arguments[i];
      if ((task == Task.CHECK || task == Task.DDL)
          && file.isEmpty()
          && !argument.startsWith("--")) {
        file = Optional.of(argument);
      } else if (!options(task).contains(argument)) {
        throw Problem.badInput("unknown argument '" + argument + "': " + USAGE);
      } else if (FLAGS.contains(argument)) {
        options.put(argument, List.of());
      } else if (++i == arguments.length) {
        throw Problem.badInput("'" + argument + "' needs a value: " + USAGE);
      } else if (REPEATED.contains(argument)) {
        options.computeIfAbsent(argument, any -> new ArrayList<>()).add(arguments[i]);
      } else {
        options.put(argument, List.of(arguments[i]));
      }
    }
    return new Arguments(task, file, options);
  }

  private static Task task(String name) {
    try {
      return Task.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw Problem.badInput("unknown task '" + name + "': " + USAGE, e);
    }
  }

  String required(String option) {
    return text(option)
        .orElseThrow(() -> Problem.badInput("'" + option + "' is missing: " + USAGE));
  }

  boolean has(String flag) {
    return options.containsKey(flag);
  }

  Optional<String> text(String option) {
    return all(option).stream().findFirst();
  }

  /** The values of an option that may be given several times. */
  List<String> all(String option) {
    return options.getOrDefault(option, List.of());
  }

  /** A number; 0 if the option is absent. */
  long number(String option) {
    String text = text(option).orElse("0");
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw Problem.badInput("'%s %s' is no whole number: %s".formatted(option, text, USAGE), e);
    }
  }

  /** Offsets of partitions; empty if the option is absent. */
  Optional<Offsets> offsets(String option) {
    return text(option).map(text -> offsets(option, text));
  }

  private static Offsets offsets(String option, String text) {
    Map<Integer, Long> offsets = new HashMap<>();
    for (String one : text.split(",", -1)) {
      String[] parts = one.split("=", 2);
      try {
        offsets.put(Integer.valueOf(parts[0]), Long.valueOf(parts[parts.length - 1]));
      } catch (NumberFormatException e) {
        throw Problem.badInput("'%s %s' are no offsets: %s".formatted(option, text, USAGE), e);
      }
    }
    return new Offsets(offsets);
  }

  Path config() {
    return Path.of(required("--config"));
  }

  String dataset() {
    return required("--dataset");
  }
}
