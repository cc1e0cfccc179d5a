package io.anabranch.schemas;

/** Where records of a dataset come from: one entry of the section {@code sources}. */
public sealed interface Source permits CsvMapping, HttpSource {
  /** Its key in the section. */
  String name();

  /** What fills the fields. */
  Columns columns();
}
