package io.anabranch.batch;

import io.anabranch.hbase.Tables;
import io.anabranch.runtime.Problem;
import io.anabranch.views.Cut;
import io.anabranch.views.Expiry;
import io.anabranch.views.Version;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.Admin;

/**
 * Removes versions that are kept no longer and what killed runs left behind. A version's catalog
 * row goes first: what has no row and is older than a run that holds the lock is nobody's.
 */
final class Retention {
  /** Reports of refused runs that stay, for people to look at. */
  private static final int REFUSED_REPORTS = 5;

  private final Workplace place;
  private final RunLock lock;
  private final Optional<HiveTables> hive;

  Retention(Workplace place, RunLock lock, Optional<HiveTables> hive) {
    this.place = place;
    this.lock = lock;
    this.hive = hive;
  }

  /**
   * Removes.
   *
   * @param own the number of the run that asks: nothing of a later one is touched
   */
  void sweep(long own) throws IOException {
    var unused = sweep(own, expired(), limit(), REFUSED_REPORTS);
  }

  /**
   * What was removed.
   *
   * @param versions their numbers
   * @param deltas how many
   */
  record Removed(List<Long> versions, long deltas) {}

  /**
   * Removes, at once, everything that holds records of an erasure: versions that do not leave them
   * out, and the deltas that only those need. A reader that began on such a version fails.
   *
   * @throws Problem if such a version is published, before or meanwhile
   */
  Removed forget(long erasure) throws IOException {
    String name = place.dataset().name();
    Version published =
        place
            .catalog()
            .published(name)
            .filter(version -> version.leavesOut(erasure))
            .orElseThrow(() -> publishedAgain(erasure));
    List<Version> holding =
        place.catalog().versions(name).stream().filter(v -> !v.leavesOut(erasure)).toList();
    Removed removed = sweep(published.number(), holding, Instant.MAX, 0);
    if (removed.versions().size() < holding.size()) {
      throw publishedAgain(erasure);
    }
    return removed;
  }

  private Problem publishedAgain(long erasure) {
    return Problem.failed(
        "a version of %s that holds records of erasure %s was published meanwhile: finish the erasure with 'anabranch erase %s --resume'"
            .formatted(place.dataset().name(), erasure, place.dataset().name()));
  }

  private Removed sweep(long own, List<Version> versions, Instant limit, int refusedReports)
      throws IOException {
    lock.requireHeld();
    String name = place.dataset().name();
    List<Long> removed = versions.stream().map(Version::number).filter(this::remove).toList();
    long deltas = expireDeltas(limit);
    List<Version> stored = place.catalog().versions(name);
    Set<Long> kept = stored.stream().map(Version::number).collect(Collectors.toSet());
    Set<Long> roots = stored.stream().map(Version::root).collect(Collectors.toSet());
    Set<Long> garbage = new TreeSet<>();
    sweepTables(own, kept, garbage);
    sweepFacts(stored);
    sweepHive(own, roots, garbage);
    sweepReports(own, kept, refusedReports);
    sweepFolders(place.hiveFolder(), "v=(\\d+)", own, roots, garbage);
    sweepFolders(
        place.platform().hdfs() + place.platform().root() + "/staging",
        Pattern.quote(name) + "-v(\\d+)",
        own + 1,
        Set.of(),
        new TreeSet<>());
    if (!garbage.isEmpty()) {
      Progress.say("%s: cleared what was left of versions %s".formatted(name, garbage));
    }
    return new Removed(removed, deltas);
  }

  /** Whether it could be: somebody may have published it again meanwhile, so that it stays. */
  private boolean remove(long version) {
    String name = place.dataset().name();
    boolean removed = place.catalog().removeVersion(name, version);
    String said =
        removed ? "%s: version %s removed" : "%s: version %s was published again: it stays";
    Progress.say(said.formatted(name, version));
    return removed;
  }

  /** Also the deltas and the epoch starts that no kept version needs. */
  private long expireDeltas(Instant limit) {
    String name = place.dataset().name();
    List<Version> stored = place.catalog().versions(name);
    place.catalog().forgetEpochs(name, Expiry.epochs(stored, limit, place.catalog().epochs(name)));
    Optional<Cut> oldest = Expiry.deltas(stored, limit);
    long expired = oldest.map(cut -> place.store().expireDeltas(name, cut)).orElse(0L);
    if (expired > 0) {
      Progress.say(
          "%s: %s deltas before marker %s removed".formatted(name, expired, oldest.get().marker()));
    }
    return expired;
  }

  private List<Version> expired() {
    String name = place.dataset().name();
    long published = place.catalog().published(name).map(Version::number).orElse(0L);
    BatchSettings settings = place.settings();
    return Expiry.versions(
        place.catalog().versions(name),
        published,
        place.catalog().replaced(name),
        settings.keepVersions(),
        limit(),
        place.catalog().epochs(name));
  }

  private Instant limit() {
    return Instant.now().minus(place.settings().grace());
  }

  private void sweepTables(long own, Set<Long> kept, Set<Long> garbage) throws IOException {
    Pattern pattern = Pattern.compile(Pattern.quote(place.dataset().name()) + "_v(\\d+)");
    try (Admin admin = place.hbase().connection().getAdmin()) {
      for (TableName table : admin.listTableNamesByNamespace(Tables.NAMESPACE)) {
        Optional<Long> version = garbage(pattern, table.getQualifierAsString(), own, kept);
        if (version.isPresent()) {
          delete(admin, table);
          garbage.add(version.get());
        }
      }
      // The lock is ours: no run is between a snapshot and its clone.
      admin.deleteSnapshots(
          Pattern.compile(Pattern.quote(place.dataset().name()) + "_v\\d+_from_v\\d+"));
    }
  }

  /** Indexes of rules that no version is made by any more. */
  private void sweepFacts(List<Version> stored) throws IOException {
    String name = place.dataset().name();
    Set<TableName> kept = new HashSet<>(Set.of(Tables.facts(name, place.dataset().fingerprint())));
    stored.forEach(version -> kept.add(Tables.facts(name, version.definition())));
    Pattern facts = Pattern.compile(Pattern.quote(name) + "_facts_[0-9a-f]+");
    try (Admin admin = place.hbase().connection().getAdmin()) {
      for (TableName table : admin.listTableNamesByNamespace(Tables.NAMESPACE)) {
        if (facts.matcher(table.getQualifierAsString()).matches() && !kept.contains(table)) {
          delete(admin, table);
        }
      }
    }
  }

  private void sweepReports(long own, Set<Long> kept, int refused) throws IOException {
    try (QualityReports reports = QualityReports.in(place.qualityFolder())) {
      reports.sweep(kept, own, refused);
    }
  }

  private static void delete(Admin admin, TableName table) throws IOException {
    if (!admin.isTableDisabled(table)) {
      admin.disableTable(table);
    }
    admin.deleteTable(table);
  }

  private void sweepHive(long own, Set<Long> kept, Set<Long> garbage) {
    if (hive.isEmpty()) {
      return;
    }
    for (String name : place.dataset().hiveTables()) {
      Pattern pattern = Pattern.compile(Pattern.quote(name) + "_v(\\d+)");
      for (String table : hive.get().tables(name + "_v")) {
        garbage(pattern, table, own, kept)
            .ifPresent(
                version -> {
                  hive.get().forget(table);
                  garbage.add(version);
                });
      }
    }
  }

  private void sweepFolders(String folder, String form, long own, Set<Long> kept, Set<Long> garbage)
      throws IOException {
    Pattern pattern = Pattern.compile(form);
    try (FileSystem files = FileSystem.newInstance(URI.create(folder), new Configuration())) {
      for (FileStatus child : files.listStatus(new Path(folder))) {
        Optional<Long> version = garbage(pattern, child.getPath().getName(), own, kept);
        if (version.isPresent()) {
          files.delete(child.getPath(), true);
          garbage.add(version.get());
        }
      }
    } catch (FileNotFoundException e) {
      // Nothing was ever written there.
    }
  }

  private static Optional<Long> garbage(Pattern pattern, String name, long own, Set<Long> kept) {
    Matcher matcher = pattern.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long version = Long.parseLong(matcher.group(1));
    return version < own && !kept.contains(version) ? Optional.of(version) : Optional.empty();
  }
}
