package io.anabranch.cli;

import io.anabranch.runtime.Problem;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Refuses to start while another process listens on a port that a service of ours needs. */
final class PortCheck {
  /** A process that was killed holds its ports until the last of its threads has ended. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private PortCheck() {}

  /**
   * Checks the ports of the roles that are about to start, up to ten seconds each.
   *
   * @throws Problem that names the port and the service
   */
  static void requireFree(Instance instance, Set<PlatformRole> roles) {
    ports(instance)
        .forEach(
            (key, port) -> {
              String section = key.substring(0, key.indexOf('.'));
              boolean starts = roles.stream().anyMatch(role -> role.id().equals(section));
              if (starts) {
                Await.until(
                    () -> Ports.isFree(port),
                    PATIENCE,
                    ("Port %d of %s (%s) is in use by another program, perhaps another instance:"
                            + " end it, or change the port in %s")
                        .formatted(
                            port, section, key.substring(key.indexOf('.') + 1), instance.config()));
              }
            });
  }

  private static Map<String, Integer> ports(Instance instance) {
    Map<String, Integer> ports = new LinkedHashMap<>();
    for (String key : SettingsFile.PORT_KEYS) {
      instance.settings().text(key).ifPresent(port -> ports.put(key, instance.port(key)));
    }
    URI serving = instance.platform().serving();
    ports.put("serving.platform.serving", serving.getPort());
    ports.put("history.address", instance.history().address().getPort());
    return ports;
  }
}
