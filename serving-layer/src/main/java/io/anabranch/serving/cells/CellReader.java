package io.anabranch.serving.cells;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.serving.ServingSettings;
import io.anabranch.serving.Sources;
import io.anabranch.serving.StoreCalls;
import io.anabranch.serving.standing.Provenance;
import io.anabranch.serving.standing.Standing;
import io.anabranch.views.Buckets;
import io.anabranch.views.CellKey;
import io.anabranch.views.CellLayout;
import io.anabranch.views.MergedView;
import io.anabranch.views.SnapshotLostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers queries: the catalog is read once, then the deltas as they stood at that moment, and the
 * batch cells of the version that the catalog named. A publish in between changes nothing, since
 * the old version is kept for a while; neither does what the speed layer writes meanwhile. What a
 * version gives to a query never changes, so it is kept in memory once it is rolled up, and a
 * caller that asks again costs a scan of the deltas alone.
 */
public final class CellReader {
  private record BatchKey(
      String fingerprint,
      long version,
      Buckets range,
      List<String> by,
      Map<String, Set<String>> where,
      Grain grain) {}

  private record RolledUp(List<Group> groups, int bytes) {}

  private static final Logger LOG = LoggerFactory.getLogger(CellReader.class);
  private static final int ATTEMPTS = 5;

  private final Sources sources;
  private final StoreCalls calls;
  private final int maxRows;
  private final Cache<BatchKey, RolledUp> batches;

  public CellReader(Sources sources, StoreCalls calls, ServingSettings settings) {
    this.sources = sources;
    this.calls = calls;
    this.maxRows = settings.maxRows();
    this.batches =
        Caffeine.newBuilder()
            .maximumWeight(settings.cacheMb() * 1_000_000L / 2)
            .weigher((BatchKey key, RolledUp value) -> value.bytes())
            .build();
  }

  /**
   * The merged cells.
   *
   * @throws io.anabranch.runtime.Problem if the stores do not answer, or there are too many rows
   */
  public Answer read(CellQuery query) {
    StoreCalls.Deadline deadline = calls.deadline();
    for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
      try {
        return read(query, deadline);
      } catch (SnapshotLostException e) {
        LOG.debug("{} is read again: {}", query.view().name(), e.getMessage());
      }
    }
    try {
      return read(query, deadline);
    } catch (SnapshotLostException e) {
      throw Problem.unreachable(
          "the view %s is written faster than it can be read: ask again, or for a shorter range"
              .formatted(query.view().name()),
          e);
    }
  }

  private Answer read(CellQuery query, StoreCalls.Deadline deadline) {
    Dataset dataset = sources.datasets().named(query.view().dataset());
    Standing standing =
        calls.one(deadline, () -> Standing.read(dataset, sources.catalog(), sources.topics()));
    CellLayout layout = CellLayout.of(query.view());
    MergedView merged =
        new MergedView(sources.store(), layout, standing.version(), standing.appliedEnds());
    RollUp rollUp = new RollUp(query, layout, maxRows);
    List<List<Group>> parts = new ArrayList<>();
    BatchKey key =
        new BatchKey(
            query.view().fingerprint(),
            standing.number(),
            query.range(),
            query.by(),
            query.where(),
            query.grain());
    RolledUp known = batches.getIfPresent(key);
    List<Callable<List<Group>>> scans = new ArrayList<>();
    for (int salt = 0; salt < CellKey.SALTS; salt++) {
      int one = salt;
      scans.add(() -> rollUp.of(merged.speed(query.range(), one, query.until())));
      if (known == null) {
        scans.add(() -> rollUp.of(merged.batch(query.range(), one)));
      }
    }
    List<List<Group>> scanned = calls.all(deadline, scans);
    if (known == null) {
      List<List<Group>> batch = new ArrayList<>();
      for (int i = 0; i < scanned.size(); i++) {
        (i % 2 == 0 ? parts : batch).add(scanned.get(i));
      }
      known = keep(key, rollUp.sum(batch), layout);
    } else {
      parts.addAll(scanned);
    }
    parts.add(0, known.groups());
    return new Answer(
        query,
        layout,
        rollUp.sum(parts),
        Provenance.of(standing, query.view(), query.until(), sources.clock().instant()));
  }

  private RolledUp keep(BatchKey key, List<Group> groups, CellLayout layout) {
    RolledUp rolledUp =
        new RolledUp(groups, groups.stream().mapToInt(group -> group.bytes(layout)).sum() + 256);
    batches.put(key, rolledUp);
    return rolledUp;
  }
}
