package io.anabranch.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The whole stack as a process beside a test: free ports on loopback, a data folder of its own, and
 * Hive on demand. It needs the folders {@code stack/} and {@code hive/} of the distribution, and
 * nothing on the class path but the JDK. The processes end with this JVM, also if that is killed.
 */
public final class LocalStack implements AutoCloseable {
  private static final Duration READY = Duration.ofMinutes(4);
  private static final Duration STOPPED = Duration.ofSeconds(30);

  private final Path lib;
  private final Path data;
  private final Map<String, String> settings;
  private JavaProcess stack;
  private JavaProcess hive;

  private LocalStack(Path lib, Path data, Map<String, String> settings) {
    this.lib = lib;
    this.data = data;
    this.settings = settings;
  }

  /**
   * Starts the stack of the distribution that this build made, on a new data folder in {@code
   * target/}.
   */
  public static LocalStack start() {
    try {
      Path target = Files.createDirectories(Path.of("target").toAbsolutePath());
      return start(builtLib(), Files.createTempDirectory(target, "stack"));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot create a data folder in target/", e);
    }
  }

  /**
   * Starts the stack and returns once all of it serves.
   *
   * @param lib the folder with {@code stack/}
   * @param data the platform's data folder; created if absent, otherwise the stack finds what it
   *     wrote there before, and takes the same ports
   * @throws StackProblem status 3 if it does not start; nothing is left running then
   */
  public static LocalStack start(Path lib, Path data) {
    Path absolute = data.toAbsolutePath();
    LocalStack started = new LocalStack(lib, absolute, LocalSettings.of(absolute));
    started.startStack();
    return started;
  }

  /** The folder {@code target/dist/lib} of the build that the working directory lies in. */
  public static Path builtLib() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path lib = at.resolve("target/dist/lib");
      if (Files.isDirectory(lib.resolve("stack"))) {
        return lib;
      }
    }
    throw StackProblem.unreachable(
        "No target/dist/lib/stack above " + Path.of("").toAbsolutePath() + ": build cluster first");
  }

  /** Starts the stack again after {@link #killStack}, or does nothing if it runs. */
  public void startStack() {
    if (stack == null || !stack.isAlive()) {
      stack = launch("stack", "io.anabranch.cluster.Main", List.of("stack"));
    }
  }

  /** Starts the metastore and HiveServer2 and returns once both serve; does nothing if they run. */
  public void startHive() {
    if (hive == null || !hive.isAlive()) {
      hive = launch("hive", "io.anabranch.hive.Main", List.of());
    }
  }

  private JavaProcess launch(String kind, String mainClass, List<String> first) {
    List<String> args = new ArrayList<>(first);
    args.addAll(List.of("--config", config().toString()));
    args.addAll(List.of("--parent", Long.toString(ProcessHandle.current().pid())));
    Path log = data.resolve("logs").resolve(kind + ".log");
    JavaProcess process = JavaProcess.start(lib.resolve(kind), mainClass, args, log);
    HealthCheck.await(process, port(kind + ".health-port"), READY);
    return process;
  }

  /** SIGKILL to the stack; its data stays. */
  public void killStack() {
    stack.kill();
  }

  /** SIGKILL to Hive; its data stays. */
  public void killHive() {
    hive.kill();
  }

  /** The settings file with the sections {@code platform}, {@code stack} and {@code hive}. */
  public Path config() {
    return LocalSettings.file(data);
  }

  /** The platform's data folder. */
  public Path data() {
    return data;
  }

  /** {@code hdfs://host:port}. */
  public String hdfs() {
    return settings.get("platform.hdfs");
  }

  /** Kafka's bootstrap server, {@code host:port}. */
  public String kafka() {
    return settings.get("platform.kafka");
  }

  /** HBase's quorum, {@code host:port}. */
  public String zookeeper() {
    return settings.get("platform.zookeeper");
  }

  /** The value of a key of the settings file, for example {@code stack.thrift2-port}. */
  public String setting(String key) {
    return new TreeMap<>(settings).computeIfAbsent(key, LocalStack::missing);
  }

  private static String missing(String key) {
    throw new IllegalArgumentException("No setting " + key);
  }

  /** The value of a key that ends in {@code -port}. */
  public int port(String key) {
    return Integer.parseInt(setting(key));
  }

  /** The process id of the stack. */
  public long stackPid() {
    return stack.pid();
  }

  /** Stops what runs; the data stays. */
  @Override
  public void close() {
    if (hive != null && hive.isAlive()) {
      hive.stop(STOPPED);
    }
    if (stack != null && stack.isAlive()) {
      stack.stop(STOPPED);
    }
  }
}
