package io.anabranch.schemas;

import io.anabranch.runtime.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/**
 * The schemas that a dataset's records were written with, each of another fingerprint and each able
 * to read the records of all before it.
 *
 * @param schemas oldest first
 */
public record SchemaHistory(List<Schema> schemas) {
  /** Nothing was written yet, or by nobody who registered a schema. */
  public static final SchemaHistory NONE = new SchemaHistory(List.of());

  public SchemaHistory {
    schemas = List.copyOf(schemas);
    if (schemas.stream().mapToLong(Wire::fingerprint).distinct().count() < schemas.size()) {
      throw new IllegalArgumentException("two schemas of one fingerprint: " + schemas);
    }
  }

  /** Whether a value with that fingerprint can be read. */
  public boolean knows(long fingerprint) {
    return find(fingerprint).isPresent();
  }

  /** The schema of that fingerprint. */
  public Optional<Schema> find(long fingerprint) {
    return schemas.stream().filter(schema -> Wire.fingerprint(schema) == fingerprint).findFirst();
  }

  /** The schema that reads all others. */
  public Optional<Schema> newest() {
    return schemas.isEmpty() ? Optional.empty() : Optional.of(schemas.get(schemas.size() - 1));
  }

  /**
   * What a producer does before its first record: the history with the dataset's schema in it,
   * unchanged if it is there already, be it as an older one.
   *
   * @throws Problem status 2 if records of the schema would break with those that are there
   */
  public SchemaHistory accept(Dataset dataset) {
    long fingerprint = Wire.fingerprint(dataset.schema());
    Optional<Schema> own = find(fingerprint);
    requireReads(dataset, own.map(List::of).orElse(schemas));
    return own.isPresent() ? this : with(dataset.schema());
  }

  /**
   * What a reader may read that makes rows of the dataset's schema: this history, with that schema
   * as the newest.
   *
   * @throws Problem status 2 if records of some schema would lose something on the way
   */
  public SchemaHistory readBy(Dataset dataset) {
    requireReads(dataset, schemas);
    long fingerprint = Wire.fingerprint(dataset.schema());
    List<Schema> others =
        schemas.stream().filter(schema -> Wire.fingerprint(schema) != fingerprint).toList();
    return new SchemaHistory(others).with(dataset.schema());
  }

  /** The history with a schema behind it. */
  SchemaHistory with(Schema schema) {
    List<Schema> all = new ArrayList<>(schemas);
    all.add(schema);
    return new SchemaHistory(all);
  }

  private void requireReads(Dataset dataset, List<Schema> former) {
    for (Schema one : former) {
      List<SchemaRefusal> refusals = SchemaRules.backward(one, dataset);
      if (!refusals.isEmpty() && SchemaRules.backward(dataset.schema(), one).isEmpty()) {
        throw Problem.badInput(
            "%s: the topic of %s has records of a newer schema (%016x): take over its schema file and the dataset file that goes with it"
                .formatted(dataset.file(), dataset.name(), Wire.fingerprint(one)));
      } else if (!refusals.isEmpty()) {
        throw Problem.badInput(
            "%s: the schema %s breaks with records that are there (schema %016x):%n  %s"
                .formatted(
                    dataset.file(),
                    dataset.schema().getFullName(),
                    Wire.fingerprint(one),
                    refusals.stream()
                        .map(SchemaRefusal::toString)
                        .collect(Collectors.joining("\n  "))));
      }
    }
  }
}
