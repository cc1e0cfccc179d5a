package io.anabranch.views.quality;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a batch run found of the quality of its records: all before its cut for a full run, those
 * after the replaced version's cut for an incremental one.
 *
 * @param version the run's number, which is that of the version that it makes
 * @param replaces the version that was published then, with whose report fields are compared; 0 for
 *     none
 * @param mode {@code full} or {@code incremental}
 * @param created UTC
 * @param from first offset of each partition that the run read; a partition that is absent was read
 *     from its beginning
 * @param to end of each partition, exclusive
 * @param records all, undecodable ones among them
 * @param rejected of all records, undecodable ones among them
 * @param repeats of the accepted records
 * @param rules in the order of the dataset file
 * @param fields in the order of the schema
 * @param checks in the order of the dataset file; none if the run had no records
 */
public record QualityReport(
    String dataset,
    long version,
    long replaces,
    String mode,
    Instant created,
    SortedMap<Integer, Long> from,
    SortedMap<Integer, Long> to,
    long records,
    long undecodable,
    Share rejected,
    Share repeats,
    List<RuleReport> rules,
    List<FieldReport> fields,
    List<CheckReport> checks,
    Verdict verdict) {
  public QualityReport {
    from = new TreeMap<>(from);
    to = new TreeMap<>(to);
    rules = List.copyOf(rules);
    fields = List.copyOf(fields);
    checks = List.copyOf(checks);
  }

  /** This report, whose fields are compared with those of another. */
  public QualityReport since(QualityReport before) {
    Map<String, FieldReport> known =
        before.fields.stream().collect(Collectors.toMap(FieldReport::field, Function.identity()));
    return with(
        fields.stream()
            .map(
                field ->
                    known.containsKey(field.field())
                        ? field.since(known.get(field.field()))
                        : field)
            .toList(),
        checks,
        verdict);
  }

  /** This report with what came of the checks. */
  public QualityReport judged(List<CheckReport> found, Verdict reached) {
    return with(fields, found, reached);
  }

  private QualityReport with(
      List<FieldReport> newFields, List<CheckReport> newChecks, Verdict newVerdict) {
    return new QualityReport(
        dataset,
        version,
        replaces,
        mode,
        created,
        from,
        to,
        records,
        undecodable,
        rejected,
        repeats,
        rules,
        newFields,
        newChecks,
        newVerdict);
  }
}
