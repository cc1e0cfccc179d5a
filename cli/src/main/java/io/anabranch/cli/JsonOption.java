package io.anabranch.cli;

import picocli.CommandLine.Option;

/** Whether a program or a person reads what is printed. */
final class JsonOption {
  @Option(names = "--json", description = "print one JSON object instead of text for people")
  private boolean json;

  boolean isSet() {
    return json;
  }
}
