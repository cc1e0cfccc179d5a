package io.anabranch.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which instance a command means. */
final class PlatformOptions {
  private static final Path DEFAULT_DATA = Path.of("data");

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "data folder of the instance (default: ./data)")
  private Path data;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "settings file of an instance that runs elsewhere, instead of --data")
  private Path config;

  /** The instance, which must have been set up: here, or as the environment of a container says. */
  Instance existing() {
    Home home = Home.current();
    if (config != null) {
      return Instance.configured(home, config);
    }
    return isContainer() ? inContainer(home) : Instance.existing(home, folder());
  }

  /** The instance on this machine; the settings of a new data folder are made. */
  Instance ensure() {
    Home home = Home.current();
    return config == null ? Instance.ensure(home, folder()) : Instance.configured(home, config);
  }

  /** The instance that a single process is part of; settings are made where there are none. */
  Instance joined() {
    return config == null && isContainer() ? inContainer(Home.current()) : ensure();
  }

  private Path folder() {
    return data == null ? DEFAULT_DATA : data;
  }

  private boolean isContainer() {
    return data == null
        && !new DataFolder(DEFAULT_DATA).isSetUp()
        && ComposeSettings.areMeant(System.getenv());
  }

  private static Instance inContainer(Home home) {
    return Instance.configured(home, ComposeSettings.write(home, System.getenv()));
  }
}
