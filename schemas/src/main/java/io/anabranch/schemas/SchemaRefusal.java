package io.anabranch.schemas;

/**
 * Why a schema may not follow another.
 *
 * @param field the field that breaks the rule; the record's name where the rule is about that
 * @param found what stands in the two schemas
 * @param next what to write instead
 */
public record SchemaRefusal(String field, Rule rule, String found, String next) {
  /** The rules. All but the last two are about reading every record that is there already. */
  public enum Rule {
    SAME_RECORD("a dataset's records keep their name"),
    ONE_MEANING("a name stands for one field, whatever its case, for ever"),
    KEPT("a field stays, under its name or with its name as an alias"),
    ALIASES_IN_ORDER("a field's former names are its aliases, the newest first"),
    DEFAULT("an added field has a default, which records that lack it are read with"),
    SAME_DEFAULT("a default stays what it was"),
    WIDENED("a type stays, or is widened without loss"),
    AVRO("Avro reads the former records"),
    SAME_IDENTITY("what tells facts apart stays the same for the facts that are there");

    private final String words;

    Rule(String words) {
      this.words = words;
    }

    /** The rule as a sentence without its full stop. */
    @Override
    public String toString() {
      return words;
    }
  }

  /** One line for people. */
  @Override
  public String toString() {
    return "field '%s': %s, but %s: %s".formatted(field, rule, found, next);
  }
}
