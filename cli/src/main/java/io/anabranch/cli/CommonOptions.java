package io.anabranch.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What every command understands. */
@Command(mixinStandardHelpOptions = true, versionProvider = Version.class)
final class CommonOptions {
  @Option(names = "--json", description = "print one JSON object instead of text for people")
  private boolean json;

  boolean json() {
    return json;
  }
}
