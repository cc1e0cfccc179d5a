package io.anabranch.serving.cells;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Answers queries: the catalog is read once, then the deltas, and the batch cells of the version
 * that the catalog named. A publish in between changes nothing, since the old version is kept for a
 * while. What a version gives to a query never changes, so it is kept in memory once it is rolled
 * up, and a caller that asks again costs a scan of the deltas alone.
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
    Dataset dataset = sources.datasets().named(query.view().dataset());
    Standing standing =
        calls.one(deadline, () -> Standing.read(dataset, sources.catalog(), sources.topics()));
    CellLayout layout = CellLayout.of(query.view());
    MergedView merged = new MergedView(sources.store(), layout, standing.version());
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
