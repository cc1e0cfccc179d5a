package io.anabranch.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which instance a command means. */
final class PlatformOptions {
  static final Path DEFAULT_DATA = Path.of("data");

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "data",
      description = "data folder of the instance (default: ./data)")
  private Path data = DEFAULT_DATA;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "settings file of an instance that runs elsewhere, instead of --data")
  private Path config;

  /** The instance, which must have been set up. */
  Instance existing() {
    Home home = Home.current();
    return config == null ? Instance.existing(home, data) : Instance.configured(home, config);
  }

  /** The instance; the settings of a new data folder are made. */
  Instance ensure() {
    Home home = Home.current();
    return config == null ? Instance.ensure(home, data) : Instance.configured(home, config);
  }
}
