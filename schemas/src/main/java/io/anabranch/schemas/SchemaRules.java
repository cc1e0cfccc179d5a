package io.anabranch.schemas;

import io.anabranch.schemas.SchemaRefusal.Rule;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/**
 * What a dataset's schema may change: it may add a field with a default, rename a field by an
 * alias, and widen a type without loss. Stricter than Avro, which would also drop a field, read a
 * renamed one as its default, or make a double of a long: whatever is read once must be read alike
 * for ever, straight from a record or by way of a row that a former schema made of it.
 */
public final class SchemaRules {
  private static final Map<Schema.Type, Set<Schema.Type>> LOSSLESS =
      Map.of(
          Schema.Type.INT, Set.of(Schema.Type.LONG, Schema.Type.DOUBLE),
          Schema.Type.FLOAT, Set.of(Schema.Type.DOUBLE));

  private SchemaRules() {}

  /** Why {@code schema} may not follow {@code former}; empty if it may. */
  public static List<SchemaRefusal> backward(Schema former, Schema schema) {
    List<SchemaRefusal> refusals = new ArrayList<>();
    if (!former.getFullName().equals(schema.getFullName())) {
      refusals.add(
          new SchemaRefusal(
              schema.getFullName(),
              Rule.SAME_RECORD,
              "the former is " + former.getFullName(),
              "write that name, or declare another dataset"));
      return refusals;
    }
    oneMeaning(schema, refusals);
    Map<String, Schema.Field> readers = new HashMap<>();
    for (Schema.Field field : schema.getFields()) {
      Optional<Schema.Field> source = SchemaResolution.source(former, field);
      if (source.isPresent()) {
        readers.put(source.get().name(), field);
        changed(source.get(), field).ifPresent(refusals::add);
      } else if (!field.hasDefaultValue()) {
        refusals.add(
            new SchemaRefusal(
                field.name(),
                Rule.DEFAULT,
                "'%s' has none".formatted(field.name()),
                "add one, such as \"type\": [\"null\", ...], \"default\": null"));
      }
    }
    former.getFields().stream()
        .filter(field -> !readers.containsKey(field.name()))
        .forEach(field -> refusals.add(gone(field)));
    if (refusals.isEmpty()) {
      avro(former, schema).ifPresent(refusals::add);
    }
    return refusals;
  }

  private static SchemaRefusal gone(Schema.Field field) {
    return new SchemaRefusal(
        field.name(),
        Rule.KEPT,
        "nothing reads '%s' any more".formatted(field.name()),
        "keep it, or rename it with \"aliases\": [\"%s\"]".formatted(field.name()));
  }

  private static void oneMeaning(Schema schema, List<SchemaRefusal> refusals) {
    Map<String, String> owners = new HashMap<>();
    for (Schema.Field field : schema.getFields()) {
      List<String> names = new ArrayList<>(List.of(field.name()));
      names.addAll(field.aliases());
      for (String name : names) {
        String owner = owners.putIfAbsent(name.toLowerCase(Locale.ROOT), field.name());
        if (owner != null) {
          refusals.add(
              new SchemaRefusal(
                  field.name(),
                  Rule.ONE_MEANING,
                  "'%s' stands for '%s' too".formatted(name, owner),
                  "choose a name that no field has or had"));
        }
      }
    }
  }

  private static Optional<SchemaRefusal> changed(Schema.Field former, Schema.Field field) {
    if (!widens(former.schema(), field.schema())) {
      return Optional.of(
          new SchemaRefusal(
              field.name(),
              Rule.WIDENED,
              "%s became %s".formatted(former.schema(), field.schema()),
              "widen int to long or double, float to double, or add null or symbols of an enum;"
                  + " for anything else add a field of another name"));
    } else if (!SchemaResolution.firstName(former).equals(SchemaResolution.firstName(field))) {
      return Optional.of(
          new SchemaRefusal(
              field.name(),
              Rule.ALIASES_IN_ORDER,
              "the aliases of '%s' are %s".formatted(field.name(), field.aliases()),
              "write \"%s\" as the last of them".formatted(SchemaResolution.firstName(former))));
    } else if (former.hasDefaultValue()
        && field.hasDefaultValue()
        && !isSame(former.defaultVal(), field.defaultVal())) {
      return Optional.of(
          new SchemaRefusal(
              field.name(),
              Rule.SAME_DEFAULT,
              "it became %s".formatted(field.defaultVal()),
              "write %s again; records that lack the field were read with it"
                  .formatted(former.defaultVal())));
    }
    return Optional.empty();
  }

  private static boolean isSame(Object one, Object other) {
    return (one instanceof Number && other instanceof Number)
        ? new BigDecimal(one.toString()).compareTo(new BigDecimal(other.toString())) == 0
        : Objects.deepEquals(one, other);
  }

  /** Whether the type stays, or holds every former value unchanged. */
  static boolean widens(Schema former, Schema schema) {
    if (former.isNullable() && !schema.isNullable()) {
      return false;
    }
    Schema from = branch(former);
    Schema to = branch(schema);
    if (!Objects.equals(from.getLogicalType(), to.getLogicalType())) {
      // The fingerprint does not tell logical types apart, so that no reader could.
      return false;
    } else if (from.getType() != to.getType()) {
      return from.getLogicalType() == null
          && LOSSLESS.getOrDefault(from.getType(), Set.of()).contains(to.getType());
    } else if (from.getType() == Schema.Type.ENUM) {
      return to.getEnumSymbols().containsAll(from.getEnumSymbols());
    }
    return true;
  }

  private static Schema branch(Schema schema) {
    return schema.isUnion()
        ? schema.getTypes().stream()
            .filter(one -> one.getType() != Schema.Type.NULL)
            .findFirst()
            .orElse(schema)
        : schema;
  }

  private static Optional<SchemaRefusal> avro(Schema former, Schema schema) {
    var compatibility = SchemaCompatibility.checkReaderWriterCompatibility(schema, former);
    return compatibility.getType() == SchemaCompatibilityType.COMPATIBLE
        ? Optional.empty()
        : Optional.of(
            new SchemaRefusal(
                schema.getName(),
                Rule.AVRO,
                compatibility.getResult().getIncompatibilities().toString(),
                "see \"Schema Resolution\" in Avro's specification"));
  }

  /**
   * Why a dataset's schema may not follow a former one, its identity counted in: an identity that
   * was widened to a double, or got another field, would no longer find its repeats.
   */
  static List<SchemaRefusal> backward(Schema former, Dataset dataset) {
    List<SchemaRefusal> refusals = new ArrayList<>(backward(former, dataset.schema()));
    for (String name : refusals.isEmpty() ? dataset.identity().fields() : List.<String>of()) {
      Schema.Field field = dataset.schema().getField(name);
      Optional<Schema.Field> source = SchemaResolution.source(former, field);
      boolean isSame =
          source.isPresent()
              && (branch(source.get().schema()).getType() == branch(field.schema()).getType()
                  || branch(field.schema()).getType() == Schema.Type.LONG);
      if (!isSame) {
        refusals.add(
            new SchemaRefusal(
                name,
                Rule.SAME_IDENTITY,
                source.isPresent()
                    ? "%s became %s".formatted(source.get().schema(), field.schema())
                    : "former records have no '%s'".formatted(name),
                "leave the identity's fields as they are, or declare another dataset"));
      }
    }
    return refusals;
  }

  /**
   * What a consumer that still has the former schema sees of new records, where that is not all of
   * them unchanged; one line for each field. No reader of ours is such a consumer: each stops
   * before the first record of a schema that it does not know.
   */
  public static List<String> forward(Schema former, Schema schema) {
    List<String> notes = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      Optional<Schema.Field> source = SchemaResolution.source(former, field);
      if (source.isEmpty()) {
        notes.add("'%s' is passed over".formatted(field.name()));
      } else if (!source.get().name().equals(field.name())) {
        notes.add(
            source.get().hasDefaultValue()
                ? "'%s' is always %s, since it is '%s' now"
                    .formatted(source.get().name(), shown(source.get().defaultVal()), field.name())
                : "'%s' is missing, since it is '%s' now: no record can be read"
                    .formatted(source.get().name(), field.name()));
      } else if (!widens(field.schema(), source.get().schema())) {
        notes.add("'%s' can be too wide: no record can be read".formatted(field.name()));
      }
    }
    return notes;
  }

  private static String shown(Object value) {
    return value == org.apache.avro.JsonProperties.NULL_VALUE ? "null" : String.valueOf(value);
  }
}
