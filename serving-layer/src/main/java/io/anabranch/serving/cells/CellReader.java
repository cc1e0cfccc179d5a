package io.anabranch.serving.cells;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.View;
import io.anabranch.serving.ServingSettings;
import io.anabranch.serving.Sources;
import io.anabranch.serving.StoreCalls;
import io.anabranch.serving.standing.AsOf;
import io.anabranch.serving.standing.MomentLostException;
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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
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
   * The merged cells of this moment.
   *
   * @throws Problem if the stores do not answer, there are too many rows, or the query ends before
   *     the version does
   */
  public Answer read(CellQuery query) {
    StoreCalls.Deadline deadline = calls.deadline();
    return whileWritten(
        "the view " + query.view().name(),
        () -> read(query, standing(query.view(), Optional.empty(), deadline), deadline));
  }

  /**
   * The merged cells of an earlier moment: the same answer as the one that named the moment.
   *
   * @throws MomentLostException if the stores no longer hold it
   * @throws Problem as for {@link #read(CellQuery)}, and if it is no moment of the view's dataset
   */
  public Answer read(CellQuery query, AsOf moment) {
    StoreCalls.Deadline deadline = calls.deadline();
    Standing standing = standing(query.view(), Optional.of(moment), deadline);
    try {
      Answer answer = read(query, standing, deadline);
      standing(query.view(), Optional.of(moment), deadline);
      return answer;
    } catch (SnapshotLostException e) {
      throw lost(e);
    }
  }

  /** Says that a moment that was asked for is gone. */
  public static MomentLostException lost(SnapshotLostException e) {
    return new MomentLostException("it was written over (%s)".formatted(e.getMessage()));
  }

  /**
   * What a reading of one moment gives, which is begun anew at a later moment where what it reads
   * was written over meanwhile.
   *
   * @param what name of what is read
   * @throws Problem if that happens five times
   */
  public static <T> T whileWritten(String what, Supplier<T> reading) {
    for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
      try {
        return reading.get();
      } catch (SnapshotLostException e) {
        LOG.debug("{} is read again: {}", what, e.getMessage());
      }
    }
    try {
      return reading.get();
    } catch (SnapshotLostException e) {
      throw Problem.unreachable(
          "%s is written faster than it can be read: ask again, or for a shorter range"
              .formatted(what),
          e);
    }
  }

  /**
   * How far everything has come with a view's dataset now, or had come at a moment.
   *
   * @throws MomentLostException if the stores no longer hold that moment
   */
  public Standing standing(View view, Optional<AsOf> moment) {
    return standing(view, moment, calls.deadline());
  }

  private Standing standing(View view, Optional<AsOf> moment, StoreCalls.Deadline deadline) {
    Dataset dataset = sources.datasets().named(view.dataset());
    return calls.one(
        deadline,
        () ->
            moment.isPresent()
                ? Standing.of(moment.get(), dataset, sources.catalog())
                : Standing.read(dataset, sources.catalog(), sources.topics(), sources.clock()));
  }

  /**
   * The merged cells as they stood when a standing was read.
   *
   * @throws SnapshotLostException if they were written over meanwhile
   * @throws Problem as for {@link #read(CellQuery)}
   */
  public Answer read(CellQuery query, Standing standing) {
    return read(query, standing, calls.deadline());
  }

  private Answer read(CellQuery query, Standing standing, StoreCalls.Deadline deadline) {
    query.requireNotBefore(standing.number());
    CellLayout layout = CellLayout.of(query.view());
    MergedView merged =
        new MergedView(sources.store(), layout, standing.version(), standing.appliedEnds());
    RollUp rollUp = new RollUp(query, layout, maxRows);
    List<List<Group>> parts = new ArrayList<>();
    BatchKey key =
        new BatchKey(
            query.view().fingerprint(),
            standing.number(),
            query.read(),
            query.by(),
            query.where(),
            query.grain());
    RolledUp known = batches.getIfPresent(key);
    List<Callable<List<Group>>> scans = new ArrayList<>();
    for (int salt = 0; salt < CellKey.SALTS; salt++) {
      int one = salt;
      scans.add(() -> rollUp.of(merged.speed(query.read(), one, query.until())));
      if (known == null) {
        scans.add(() -> rollUp.of(merged.batch(query.read(), one)));
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
        rollUp.rows(rollUp.sum(parts)),
        Provenance.of(standing, query.view(), query.until()));
  }

  private RolledUp keep(BatchKey key, List<Group> groups, CellLayout layout) {
    RolledUp rolledUp =
        new RolledUp(groups, groups.stream().mapToInt(group -> group.bytes(layout)).sum() + 256);
    batches.put(key, rolledUp);
    return rolledUp;
  }
}
