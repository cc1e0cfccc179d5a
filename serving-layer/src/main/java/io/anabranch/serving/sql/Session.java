package io.anabranch.serving.sql;

import io.anabranch.runtime.Problem;
import io.anabranch.serving.standing.AsOf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a caller asks of all its statements.
 *
 * @param schema where tables without one before their name are looked up
 * @param inexact whether answers that lack records are given
 * @param moments by dataset, the moment that is read instead of now
 */
public record Session(Optional<String> schema, boolean inexact, Map<String, AsOf> moments) {
  /** Tables are named with their schema, answers are exact, and of now. */
  public static final Session PLAIN = new Session(Optional.empty(), false, Map.of());

  public Session {
    moments = Map.copyOf(moments);
  }

  private static final Set<String> PROPERTIES = Set.of("schema", "inexact", "as_of");

  /**
   * The properties themselves.
   *
   * @throws Problem if one of them is none
   */
  static Map<String, String> known(Map<String, String> properties) {
    for (String name : properties.keySet()) {
      if (!PROPERTIES.contains(name)) {
        throw Problem.badInput(
            "unknown parameter '%s' of the address, expected one of %s"
                .formatted(name, PROPERTIES.stream().sorted().toList()));
      }
    }
    return properties;
  }

  /**
   * Reads the properties of a connection: {@code schema}, {@code inexact} (refuse or allow), {@code
   * as_of} (one moment for each dataset, joined by commas). Others are the driver's own.
   *
   * @throws Problem if one of them is wrong
   */
  public static Session of(Map<String, String> properties) {
    List<String> tokens = new ArrayList<>();
    for (String token : properties.getOrDefault("as_of", "").split(",", -1)) {
      if (!token.isBlank()) {
        tokens.add(token.strip());
      }
    }
    return of(
        Optional.ofNullable(properties.get("schema")),
        Optional.ofNullable(properties.get("inexact")),
        tokens);
  }

  /**
   * A session.
   *
   * @param inexact refuse or allow; empty for refuse
   * @param moments as the provenance of answers names them, one of a dataset
   * @throws Problem if one of them is wrong
   */
  public static Session of(
      Optional<String> schema, Optional<String> inexact, List<String> moments) {
    if (!List.of("refuse", "allow").contains(inexact.orElse("refuse"))) {
      throw Problem.badInput("inexact '%s' is neither refuse nor allow".formatted(inexact.get()));
    }
    Map<String, AsOf> byDataset = new HashMap<>();
    for (String text : moments) {
      AsOf moment = AsOf.parse(text);
      if (byDataset.put(moment.dataset(), moment) != null) {
        throw Problem.badInput(
            "as_of names two moments of %s: give one".formatted(moment.dataset()));
      }
    }
    return new Session(
        schema.filter(name -> !name.isBlank()), inexact.equals(Optional.of("allow")), byDataset);
  }
}
