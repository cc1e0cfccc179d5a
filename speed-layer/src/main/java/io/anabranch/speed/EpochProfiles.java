package io.anabranch.speed;

import io.anabranch.engine.ProfileLookup;
import io.anabranch.schemas.Marker;
import io.anabranch.views.Catalog;
import io.anabranch.views.EpochTimeline;
import io.anabranch.views.Version;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The profile that cleans a record: that of the version which its epoch's marker names. Epochs are
 * those of the catalog, and those whose markers the stream meets before it decodes what follows.
 */
final class EpochProfiles {
  private static final Logger LOG = LoggerFactory.getLogger(EpochProfiles.class);

  private final String dataset;
  private final Catalog catalog;
  private final EpochTimeline timeline;
  private final Map<Long, Map<String, String>> byVersion = new ConcurrentHashMap<>();

  EpochProfiles(String dataset, Catalog catalog, EpochTimeline timeline) {
    this.dataset = dataset;
    this.catalog = catalog;
    this.timeline = timeline;
  }

  void observe(int partition, long offset, Marker marker) {
    var unused = timeline.observe(partition, offset, marker);
  }

  /** Null if nothing was learned yet. */
  String value(String expression, int partition, long offset) {
    long version = timeline.at(partition, offset).profile();
    return version == 0 ? null : byVersion.computeIfAbsent(version, this::load).get(expression);
  }

  private Map<String, String> load(long number) {
    return catalog
        .version(dataset, number)
        .map(Version::profile)
        .orElseGet(
            () -> {
              LOG.warn("{}: version {} is gone, and its profile with it", dataset, number);
              return Map.of();
            });
  }

  /** A lookup that tasks of the run may use. */
  static ProfileLookup lookup(String run) {
    return (expression, partition, offset) ->
        StreamRun.named(run).profiles().value(expression, partition, offset);
  }
}
