package io.anabranch.batch;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which records an erasure looks for, as one Spark SQL condition. */
final class ErasureCondition {
  private ErasureCondition() {}

  /**
   * The condition of a command line.
   *
   * @param identities {@code field=value,...} each, with all fields of the identity
   * @param where a condition over the dataset's columns
   * @return empty if nothing is given
   */
  static Optional<String> of(Dataset dataset, List<String> identities, Optional<String> where) {
    List<String> any = new ArrayList<>();
    where.ifPresent(any::add);
    identities.forEach(identity -> any.add(identity(dataset, identity)));
    return any.isEmpty() ? Optional.empty() : Optional.of("(" + String.join(") or (", any) + ")");
  }

  private static String identity(Dataset dataset, String text) {
    List<String> fields = dataset.identity().fields();
    Map<String, String> given = new LinkedHashMap<>();
    // A comma may be part of a value.
    for (String one : text.split(",(?=(" + String.join("|", fields) + ")=)", -1)) {
      String[] parts = one.split("=", 2);
      given.put(parts[0].strip(), parts[parts.length - 1]);
    }
    if (!given.keySet().equals(Set.copyOf(fields)) || !text.contains("=")) {
      throw Problem.badInput(
          "--identity gives the fields %s, expected a value for each of %s: write --identity %s"
              .formatted(given.keySet(), fields, String.join("=...,", fields) + "=..."));
    }
    List<String> all = new ArrayList<>();
    given.forEach(
        (field, value) ->
            all.add(
                "`%s` = cast(%s as %s)"
                    .formatted(field, literal(value), dataset.fields().get(field).sqlName())));
    return String.join(" and ", all);
  }

  private static String literal(String value) {
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
