package io.anabranch.cli;

import java.util.Locale;

/** The processes of the running platform, in the order in which they start. */
enum PlatformRole {
  STACK("stack"),
  HIVE("hive"),
  INGEST("ingest"),
  SPEED("spark"),
  SERVING("serving"),
  /** Only where the settings want it. */
  HISTORY("spark");

  private final String kind;

  PlatformRole(String kind) {
    this.kind = kind;
  }

  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The folder of jars that it runs from. */
  String kind() {
    return kind;
  }

  /** Layers stop before Hive, and Hive before the stack. */
  int tier() {
    return switch (this) {
      case STACK -> 0;
      case HIVE -> 1;
      case INGEST, SPEED, SERVING, HISTORY -> 2;
    };
  }
}
