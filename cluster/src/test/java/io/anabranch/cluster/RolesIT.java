package io.anabranch.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every daemon in a process of its own, as in the containers. */
class RolesIT {
  private static final Duration READY = Duration.ofMinutes(5);

  @TempDir Path data;

  private final Map<Role, JavaProcess> processes = new EnumMap<>(Role.class);
  private final Map<Role, Integer> health = new EnumMap<>(Role.class);

  @AfterEach
  void stopAll() {
    List<Role> order = new ArrayList<>(processes.keySet());
    Collections.reverse(order);
    order.forEach(role -> processes.get(role).stop(Duration.ofSeconds(30)));
  }

  private void launch(Role role) throws IOException {
    Path config = data.resolve(role.label() + ".properties");
    String shared = Files.readString(LocalSettings.file(data));
    int port = health.computeIfAbsent(role, any -> FreePorts.choose(1).get(0));
    Files.writeString(
        config, shared.replaceAll("stack\\.health-port = \\d+", "stack.health-port = " + port));
    processes.put(
        role,
        JavaProcess.start(
            LocalStack.builtLib().resolve("stack"),
            "io.anabranch.cluster.Main",
            List.of(
                role.label(),
                "--config",
                config.toString(),
                "--parent",
                Long.toString(ProcessHandle.current().pid())),
            data.resolve("logs").resolve(role.label() + ".log")));
  }

  private void await(Role role) {
    HealthCheck.await(processes.get(role), health.get(role), READY);
  }

  @Test
  void theRolesStartedAllAtOnceFindEachOtherAndSurviveKills() throws Exception {
    Written written = new Written(LocalSettings.of(data));
    for (Role role : Role.values()) {
      launch(role);
    }
    for (Role role : Role.values()) {
      await(role);
    }
    written.write("word");

    for (Role killed : List.of(Role.HBASE_REGIONSERVER, Role.KAFKA)) {
      processes.get(killed).kill();
      launch(killed);
      await(killed);
    }
    Awaitility.await()
        .atMost(READY)
        .pollInterval(Duration.ofSeconds(1))
        .ignoreExceptions()
        .until(() -> written.read().equals(Written.everywhere("word")));
  }
}
