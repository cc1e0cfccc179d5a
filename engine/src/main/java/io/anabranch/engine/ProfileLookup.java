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
   * @return the value's text, as {@link DatasetPlan#learn} gives it; null if nothing was learned
   *     yet
   */
  String value(String expression, int partition, long offset);

  /** Nothing was learned. */
  static ProfileLookup none() {
    return (expression, partition, offset) -> null;
  }

  /** The same values for every record: a batch run cleans with what it learned itself. */
  static ProfileLookup constant(Map<String, String> profile) {
    HashMap<String, String> values = new HashMap<>(profile);
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
    Map<Long, Map<String, String>> values = new HashMap<>();
    versions.forEach((version, profile) -> values.put(version, new HashMap<>(profile)));
    return new ByEpoch(epochs, values);
  }

  /** Ships plain numbers, because epoch starts are not serializable. */
  final class ByEpoch implements ProfileLookup {
    private final List<long[]> starts;
    private final Map<Long, Map<String, String>> values;
    private transient volatile EpochTimeline timeline;

    private ByEpoch(Collection<EpochStart> epochs, Map<Long, Map<String, String>> values) {
      this.starts = new ArrayList<>();
      epochs.forEach(
          e -> starts.add(new long[] {e.partition(), e.number(), e.offset(), e.profile()}));
      this.values = values;
    }

    @Override
    public String value(String expression, int partition, long offset) {
      Map<String, String> profile = values.get(timeline().at(partition, offset).profile());
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
