package io.anabranch.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What nearly every command understands. */
@Command(mixinStandardHelpOptions = true, versionProvider = Version.class)
final class CommonOptions {
  @Mixin private JsonOption json;

  boolean json() {
    return json.isSet();
  }
}
