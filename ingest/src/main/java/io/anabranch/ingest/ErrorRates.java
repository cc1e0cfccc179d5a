package io.anabranch.ingest;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Generation;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Which part of the records has which error; a record has one at most.
 *
 * @param rates kind to a part of 1, together at most 1
 */
record ErrorRates(Map<ErrorKind, Double> rates) {
  static final ErrorRates NONE = new ErrorRates(Map.of());

  ErrorRates {
    rates = Map.copyOf(rates);
    double sum = rates.values().stream().mapToDouble(rate -> rate).sum();
    if (rates.values().stream().anyMatch(rate -> !(rate >= 0)) || sum > 1.000001) {
      throw Problem.badInput(
          "Invalid error rates %s: each must be >= 0, and together they must be <= 1"
              .formatted(rates));
    }
  }

  /**
   * The rates that a user asks for.
   *
   * @param all the part of records with an error of any kind, shared evenly by the kinds that the
   *     dataset file says how to make and that {@code each} does not name; values that are no
   *     records are made only if {@code each} says so
   * @param each kind by its label to its own rate
   */
  static ErrorRates of(double all, Map<String, Double> each, Generation generation) {
    Set<ErrorKind> possible = possible(generation);
    Map<ErrorKind, Double> rates = new EnumMap<>(ErrorKind.class);
    each.forEach(
        (label, rate) -> {
          ErrorKind kind =
              Arrays.stream(ErrorKind.values())
                  .filter(k -> k.label().equals(label))
                  .findFirst()
                  .orElseThrow(
                      () ->
                          Problem.badInput(
                              "unknown error '%s', expected one of %s"
                                  .formatted(
                                      label, possible.stream().map(ErrorKind::label).toList())));
          if (!possible.contains(kind)) {
            throw Problem.badInput(
                "the dataset file does not say how to make the error '%s': name fields in generate.errors.%s"
                    .formatted(label, label));
          }
          rates.put(kind, rate);
        });
    Set<ErrorKind> shared = EnumSet.copyOf(possible);
    shared.remove(ErrorKind.UNDECODABLE);
    shared.removeAll(rates.keySet());
    shared.forEach(kind -> rates.put(kind, all / shared.size()));
    return new ErrorRates(rates);
  }

  private static Set<ErrorKind> possible(Generation generation) {
    Set<ErrorKind> possible = EnumSet.of(ErrorKind.REPEAT, ErrorKind.LATE, ErrorKind.UNDECODABLE);
    if (!generation.errors().missing().isEmpty()) {
      possible.add(ErrorKind.MISSING);
    }
    if (!generation.errors().typo().isEmpty()) {
      possible.add(ErrorKind.TYPO);
    }
    if (!generation.errors().invalid().isEmpty()) {
      possible.add(ErrorKind.INVALID);
    }
    return possible;
  }

  double of(ErrorKind kind) {
    return rates.getOrDefault(kind, 0.0);
  }
}
