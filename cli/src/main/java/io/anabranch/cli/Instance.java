package io.anabranch.cli;

import io.anabranch.runtime.HistorySettings;
import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Problem;
import io.anabranch.runtime.Settings;
import java.net.URI;
import java.nio.file.Path;

/**
 * One instance of the platform: where it is installed, where its data lies, how it is set.
 *
 * @param home the installation
 * @param data the data folder
 * @param settings the settings file with the environment over it
 * @param platform its section {@code platform}
 */
record Instance(Home home, DataFolder data, Settings settings, PlatformSettings platform) {

  /** The instance of a data folder; settings are made at the first time. */
  static Instance ensure(Home home, Path folder) {
    DataFolder data = new DataFolder(folder);
    data.create();
    return of(home, data, SettingsFile.ensure(home, data));
  }

  /**
   * The instance of a data folder that was set up before.
   *
   * @throws Problem if it was not
   */
  static Instance existing(Home home, Path folder) {
    DataFolder data = new DataFolder(folder);
    if (!data.isSetUp()) {
      throw Problem.unreachable(
          "There is no platform in %s: start it with ./anabranch up%s"
              .formatted(data.folder(), folder.equals(Path.of("data")) ? "" : " --data " + folder));
    }
    return of(home, data, Settings.read(data.settings()));
  }

  /** The instance that a settings file describes, wherever its services run. */
  static Instance configured(Home home, Path config) {
    Settings settings = Settings.read(config.toAbsolutePath().normalize());
    PlatformSettings platform = settings.section("platform", PlatformSettings.class);
    DataFolder data = new DataFolder(platform.data());
    data.create();
    return new Instance(home, data, settings, platform);
  }

  private static Instance of(Home home, DataFolder data, Settings settings) {
    return new Instance(home, data, settings, settings.section("platform", PlatformSettings.class));
  }

  /** The settings file, absolute. */
  Path config() {
    return settings.file();
  }

  /** A port that the settings name. */
  int port(String key) {
    String text =
        settings
            .text(key)
            .orElseThrow(() -> Problem.badInput(config() + ": the key '" + key + "' is missing"));
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw Problem.badInput(config() + ": '" + text + "' is no port for '" + key + "'", e);
    }
  }

  /** The section {@code history}. */
  HistorySettings history() {
    return settings.section("history", HistorySettings.class);
  }

  /** Where a role answers whether it serves. */
  URI health(PlatformRole role) {
    return switch (role) {
      case SERVING -> platform.serving().resolve("/health");
      case HISTORY -> history().address().resolve("/api/v1/version");
      case STACK, HIVE, INGEST, SPEED ->
          URI.create("http://127.0.0.1:" + port(role.id() + ".health-port") + "/health");
    };
  }
}
