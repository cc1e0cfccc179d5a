package io.anabranch.cli;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The services of an instance: every role that is wanted and whose jars are there. */
final class Services {
  private Services() {}

  static List<Service> of(Instance instance) {
    Launches launches = new Launches(instance);
    return present(instance).stream().map(role -> service(instance, launches, role)).toList();
  }

  static List<PlatformRole> present(Instance instance) {
    return Arrays.stream(PlatformRole.values())
        .filter(role -> instance.home().has(role.kind()))
        .filter(role -> role != PlatformRole.HISTORY || instance.history().enabled())
        .toList();
  }

  private static Service service(Instance instance, Launches launches, PlatformRole role) {
    return new Service(
        role.id(),
        launches.of(role),
        instance.health(role),
        address(instance, role),
        role.tier(),
        role.tier() == 2 ? Optional.of(PlatformRole.STACK.id()) : Optional.empty(),
        role == PlatformRole.STACK ? Duration.ofSeconds(60) : Duration.ofSeconds(30));
  }

  private static String address(Instance instance, PlatformRole role) {
    return switch (role) {
      case STACK -> instance.platform().hdfs().toString();
      case HIVE -> "jdbc:hive2://" + instance.platform().hiveServer() + "/";
      case INGEST, SPEED -> instance.health(role).toString();
      case SERVING -> instance.platform().serving().toString();
      case HISTORY -> instance.history().address().toString();
    };
  }
}
