package io.anabranch.hive;

import io.anabranch.runtime.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;

/**
 * The command line of the daemons.
 *
 * @param config the settings file
 * @param metastore whether the metastore runs here
 * @param server whether HiveServer2 runs here
 * @param parent the process whose end ends this one
 */
record Arguments(Path config, boolean metastore, boolean server, OptionalLong parent) {
  private static final String USAGE = "Usage: Main --config FILE [--parent PID] [metastore|server]";

  static Arguments parse(String... args) {
    Path config = null;
    OptionalLong parent = OptionalLong.empty();
    List<String> roles = new ArrayList<>();
    Iterator<String> words = List.of(args).iterator();
    while (words.hasNext()) {
      String word = words.next();
      if (word.equals("--config")) {
        config = Path.of(value(words));
      } else if (word.equals("--parent")) {
        parent = OptionalLong.of(Long.parseLong(value(words)));
      } else {
        roles.add(word);
      }
    }
    if (config == null || roles.size() > 1 || !List.of("metastore", "server").containsAll(roles)) {
      throw Problem.badInput(USAGE);
    }
    return new Arguments(config, !roles.contains("server"), !roles.contains("metastore"), parent);
  }

  private static String value(Iterator<String> words) {
    if (!words.hasNext()) {
      throw Problem.badInput(USAGE);
    }
    return words.next();
  }
}
