package io.anabranch.engine;

import io.anabranch.views.EpochStart;
import io.anabranch.views.EpochTimeline;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code profile('aggregate(field)')} means for a record. The answer depends on the record's
 * position alone, so that every replay cleans a record alike. Lookups are shipped to tasks, which
 * may call them from several threads.
 */
@FunctionalInterface
public interface ProfileLookup extends Serializable {
  /**
   * The learned value of an expression for the record at that position.
   *
   * @param expression as the dataset file writes it within {@code profile('...')}
   * @return null if nothing was learned yet
   */
  Double value(String expression, int partition, long offset);

  /** Nothing was learned. */
  static ProfileLookup none() {
    return (expression, partition, offset) -> null;
  }

  /** The same values for every record: a batch run cleans with what it learned itself. */
  static ProfileLookup constant(Map<String, String> profile) {
    Map<String, Double> values = numbers(profile);
    return (expression, partition, offset) -> values.get(expression);
  }

  /**
   * The values of the version that each record's epoch names.
   *
   * @param epochs all epoch starts; a record before the first has no profile
   * @param versions the profiles by version number; an epoch of an absent version has no profile
   */
  static ProfileLookup byEpoch(
      Collection<EpochStart> epochs, Map<Long, Map<String, String>> versions) {
    Map<Long, Map<String, Double>> values = new HashMap<>();
    versions.forEach((version, profile) -> values.put(version, numbers(profile)));
    return new ByEpoch(epochs, values);
  }

  private static Map<String, Double> numbers(Map<String, String> profile) {
    Map<String, Double> numbers = new HashMap<>();
    profile.forEach((expression, text) -> numbers.put(expression, Double.valueOf(text)));
    return numbers;
  }

  /** Ships plain numbers, because epoch starts are not serializable. */
  final class ByEpoch implements ProfileLookup {
    private final List<long[]> starts;
    private final Map<Long, Map<String, Double>> values;
    private transient volatile EpochTimeline timeline;

    private ByEpoch(Collection<EpochStart> epochs, Map<Long, Map<String, Double>> values) {
      this.starts = new ArrayList<>();
      epochs.forEach(
          e -> starts.add(new long[] {e.partition(), e.number(), e.offset(), e.profile()}));
      this.values = values;
    }

    @Override
    public Double value(String expression, int partition, long offset) {
      Map<String, Double> profile = values.get(timeline().at(partition, offset).profile());
      return profile == null ? null : profile.get(expression);
    }

    private EpochTimeline timeline() {
      EpochTimeline known = timeline;
      if (known == null) {
        known =
            EpochTimeline.of(
                starts.stream().map(s -> new EpochStart((int) s[0], s[1], s[2], s[3])).toList());
        timeline = known;
      }
      return known;
    }
  }
}
