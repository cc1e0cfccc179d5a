package io.anabranch.batch;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.engine.QualityPlan;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Dataset.QualityCheck.Level;
import io.anabranch.schemas.Dataset.RejectRule;
import io.anabranch.views.Cut;
import io.anabranch.views.Offsets;
import io.anabranch.views.Version;
import io.anabranch.views.quality.CheckReport;
import io.anabranch.views.quality.QualityReport;
import io.anabranch.views.quality.RuleReport;
import io.anabranch.views.quality.Share;
import io.anabranch.views.quality.Verdict;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The quality report of a run, and whether the run may go on to its publish. */
final class RunQuality {
  /** What is done about a check of level {@code fail} that does not hold. */
  enum OnFailure {
    REFUSE,
    PUBLISH
  }

  /**
   * Which records a run reports on.
   *
   * @param published the version that the run replaces
   * @param base the version that the run adds to; empty for a full run
   */
  record Subject(Cut cut, Optional<Version> published, Optional<Version> base) {
    Offsets from() {
      return base.map(version -> version.cut().offsets()).orElse(Offsets.NONE);
    }

    long replaces() {
      return published.map(Version::number).orElse(0L);
    }
  }

  private final Dataset dataset;
  private final QualityPlan plan;
  private final QualityReports reports;
  private final OnFailure onFailure;

  RunQuality(SparkSession session, DatasetPlan plan, QualityReports reports, OnFailure onFailure) {
    this.dataset = plan.dataset();
    this.plan = new QualityPlan(session, plan);
    this.reports = reports;
    this.onFailure = onFailure;
  }

  /**
   * Makes the run's report and keeps it, whatever the checks say.
   *
   * @param judged the run's records, rejected ones among them
   * @param repeats how many of the accepted ones are dropped
   * @throws Problem if a check of level {@code fail} does not hold and nobody overruled it
   */
  QualityReport require(
      Subject subject, org.apache.spark.sql.Dataset<Row> judged, Tally tally, long repeats)
      throws IOException {
    QualityReport found = since(subject.replaces(), report(subject, judged, tally, repeats));
    List<CheckReport> checks = found.records() == 0 ? List.of() : plan.check(found);
    QualityReport report = found.judged(checks, verdict(checks));
    reports.write(report);
    tell(report);
    return report;
  }

  private QualityReport report(
      Subject subject, org.apache.spark.sql.Dataset<Row> judged, Tally tally, long repeats) {
    return new QualityReport(
        dataset.name(),
        subject.cut().marker(),
        subject.replaces(),
        subject.base().isPresent() ? "incremental" : "full",
        Instant.now(),
        subject.from().byPartition(),
        subject.cut().offsets().byPartition(),
        tally.records(),
        tally.undecodable(),
        Share.of(tally.records() - tally.accepted(), tally.records()),
        Share.of(repeats, tally.accepted()),
        rules(tally),
        plan.fields(judged),
        List.of(),
        Verdict.PASSED);
  }

  /** The rules of the file, and the one that every dataset has if it rejected something. */
  private List<RuleReport> rules(Tally tally) {
    Map<String, Long> failed = tally.quarantined();
    long checked = tally.records() - tally.undecodable();
    Set<String> reasons =
        dataset.reject().stream()
            .map(RejectRule::reason)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    failed.keySet().stream()
        .filter(reason -> !reason.equals(Tally.UNDECODABLE))
        .forEach(reasons::add);
    return reasons.stream()
        .map(
            reason -> {
              long rejected = failed.getOrDefault(reason, 0L);
              return new RuleReport(reason, checked, checked - rejected, rejected);
            })
        .toList();
  }

  private QualityReport since(long replaced, QualityReport report) throws IOException {
    return reports.read(replaced).map(report::since).orElse(report);
  }

  private Verdict verdict(List<CheckReport> checks) {
    Verdict verdict = Verdict.of(checks);
    return verdict == Verdict.REFUSED && onFailure == OnFailure.PUBLISH
        ? Verdict.OVERRULED
        : verdict;
  }

  private void tell(QualityReport report) {
    for (CheckReport check : report.checks()) {
      if (!check.passed() && check.level() == Level.WARN) {
        Progress.say("%s: warning: %s does not hold".formatted(dataset.name(), check.words()));
      }
    }
    String failed =
        report.checks().stream()
            .filter(check -> !check.passed() && check.level() == Level.FAIL)
            .map(CheckReport::words)
            .collect(Collectors.joining(", "));
    if (report.verdict() == Verdict.REFUSED) {
      throw refused(report.version(), failed);
    } else if (report.verdict() == Verdict.OVERRULED) {
      Progress.say("%s: published although %s failed".formatted(dataset.name(), failed));
    }
  }

  private Problem refused(long run, String failed) {
    return Problem.failed(
        ("%s: the check %s failed, so run %s published nothing; its report is %s: look at it with"
                + " 'anabranch quality %s --version %s', mend the source or the check, or publish"
                + " all the same with 'anabranch batch run %s --despite-checks'")
            .formatted(
                dataset.name(),
                failed,
                run,
                reports.file(run),
                dataset.name(),
                run,
                dataset.name()));
  }
}
