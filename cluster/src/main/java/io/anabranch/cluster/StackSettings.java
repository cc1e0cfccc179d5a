package io.anabranch.cluster;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The section {@code stack} of the settings file, and the data folder of the section {@code
 * platform}.
 *
 * @param data the platform's data folder; the stack keeps its own in {@code stack/} below
 * @param bindHost the address that every service listens on
 * @param hosts where others reach each endpoint
 * @param ports every endpoint's port, 1 to 65535
 * @param healthPort where {@code GET /health} is answered, on loopback; empty for nowhere
 * @param freeMegabytes what must be free on the data folder's disk at the start
 */
public record StackSettings(
    Path data,
    String bindHost,
    Map<Endpoint, String> hosts,
    Map<Endpoint, Integer> ports,
    OptionalInt healthPort,
    long freeMegabytes) {

  private static final String LOOPBACK = "127.0.0.1";
  private static final String ENVIRONMENT = "ANABRANCH_";

  public StackSettings {
    data = data.toAbsolutePath().normalize();
    hosts = Map.copyOf(hosts);
    ports = Map.copyOf(ports);
    for (Endpoint endpoint : Endpoint.values()) {
      requirePort(endpoint.portKey(), ports.get(endpoint));
      if (hosts.getOrDefault(endpoint, "").isBlank()) {
        throw StackProblem.badInput("The key '" + endpoint.hostKey() + "' is empty: name a host");
      }
    }
  }

  /**
   * Reads the file; an environment variable {@code ANABRANCH_STACK_<KEY>} overrides {@code
   * stack.<key>}.
   *
   * @throws StackProblem status 2 if the file cannot be read, holds an unknown key of the section,
   *     or a value that is no port
   */
  public static StackSettings read(Path file, Map<String, String> environment) {
    Map<String, String> values = new TreeMap<>();
    try (Reader reader = Files.newBufferedReader(file)) {
      Properties properties = new Properties();
      properties.load(reader);
      properties.forEach((key, value) -> values.put(key.toString(), value.toString().strip()));
    } catch (IOException | IllegalArgumentException e) {
      throw StackProblem.badInput(
          "Cannot read the settings file " + file + " (" + e + "): give one with --config");
    }
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(ENVIRONMENT + "STACK_")
              || name.equals(ENVIRONMENT + "PLATFORM_DATA")) {
            values.put(key(name), value.strip());
          }
        });
    return of(values, file);
  }

  private static String key(String variable) {
    return variable
        .substring(ENVIRONMENT.length())
        .toLowerCase(Locale.ROOT)
        .replaceFirst("_", ".")
        .replace('_', '-');
  }

  private static StackSettings of(Map<String, String> values, Path file) {
    Set<String> known = new TreeSet<>(Endpoint.keys());
    known.addAll(Set.of("stack.host", "stack.bind-host", "stack.health-port", "stack.free-mb"));
    for (String key : values.keySet()) {
      if (key.startsWith("stack.") && !known.contains(key)) {
        throw StackProblem.badInput(
            file + ": unknown key '" + key + "', expected one of " + String.join(", ", known));
      }
    }
    if (values.getOrDefault("platform.data", "").isEmpty()) {
      throw StackProblem.badInput(
          file + ": the key 'platform.data' is missing: name the folder that keeps the data");
    }
    String host = values.getOrDefault("stack.host", LOOPBACK);
    Map<Endpoint, String> hosts = new EnumMap<>(Endpoint.class);
    Map<Endpoint, Integer> ports = new EnumMap<>(Endpoint.class);
    for (Endpoint endpoint : Endpoint.values()) {
      hosts.put(endpoint, values.getOrDefault(endpoint.hostKey(), host));
      ports.put(endpoint, number(values, endpoint.portKey(), endpoint.defaultPort()));
    }
    int health = number(values, "stack.health-port", 0);
    return new StackSettings(
        Path.of(values.get("platform.data")),
        values.getOrDefault("stack.bind-host", LOOPBACK),
        hosts,
        ports,
        health == 0 ? OptionalInt.empty() : OptionalInt.of(health),
        number(values, "stack.free-mb", 1024));
  }

  private static int number(Map<String, String> values, String key, int fallback) {
    String text = values.get(key);
    try {
      return text == null ? fallback : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw StackProblem.badInput(
          "'" + text + "' is no value for '" + key + "': expected a number");
    }
  }

  private static void requirePort(String key, Integer port) {
    if (port == null || port < 1 || port > 65535) {
      throw StackProblem.badInput(
          "'" + port + "' is no value for '" + key + "': expected a port from 1 to 65535");
    }
  }

  /** Where others reach the endpoint, {@code host:port}. */
  public String address(Endpoint endpoint) {
    return host(endpoint) + ":" + port(endpoint);
  }

  /** Where the endpoint listens, {@code host:port}. */
  public String bindAddress(Endpoint endpoint) {
    return bindHost + ":" + port(endpoint);
  }

  /** The host that others reach the endpoint at. */
  public String host(Endpoint endpoint) {
    return hosts.get(endpoint);
  }

  /** The endpoint's port. */
  public int port(Endpoint endpoint) {
    return ports.get(endpoint);
  }

  /** The folder that holds everything the services write. */
  public Path stackFolder() {
    return data.resolve("stack");
  }
}
