package io.anabranch.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The size of a JVM and how it collects.
 *
 * @param heapMb greatest heap in MB
 * @param metaspaceMb greatest metaspace in MB
 * @param collector the flag that chooses the garbage collector
 */
record Jvm(int heapMb, int metaspaceMb, String collector) {
  private static final String SERIAL = "-XX:+UseSerialGC";
  private static final String PARALLEL = "-XX:+UseParallelGC";

  static final Jvm STACK = new Jvm(640, 256, SERIAL);
  static final Jvm HIVE = new Jvm(512, 320, SERIAL);
  static final Jvm INGEST = new Jvm(384, 160, SERIAL);
  static final Jvm SPEED = new Jvm(1024, 384, PARALLEL);
  static final Jvm SERVING = new Jvm(384, 224, SERIAL);
  static final Jvm BATCH = new Jvm(1500, 448, PARALLEL);
  static final Jvm CLIENT = new Jvm(256, 192, SERIAL);
  static final Jvm SUPERVISOR = new Jvm(64, 64, SERIAL);

  /** The program and the flags of a JVM that keeps its scratch files in the given folder. */
  List<String> command(Path scratch) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heapMb + "m");
    command.add("-XX:MaxMetaspaceSize=" + metaspaceMb + "m");
    command.add(collector);
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("-Xshare:auto");
    command.add("-Dfile.encoding=UTF-8");
    command.add("-Duser.timezone=UTC");
    command.add("-Djava.io.tmpdir=" + scratch);
    return command;
  }
}
