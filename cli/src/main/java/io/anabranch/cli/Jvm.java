package io.anabranch.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The size of a JVM and how it collects and compiles.
 *
 * @param heapMb greatest heap in MB
 * @param metaspaceMb greatest metaspace in MB
 * @param flags that choose the garbage collector and when code is compiled
 */
record Jvm(int heapMb, int metaspaceMb, List<String> flags) {
  private static final List<String> SERIAL = List.of("-XX:+UseSerialGC");
  private static final List<String> PARALLEL = List.of("-XX:+UseParallelGC");

  /** The optimising compiler takes only what is ten times as hot: in a short run it is never. */
  private static final List<String> SHORT_LIVED =
      List.of(
          "-XX:+UseParallelGC",
          "-XX:Tier4InvocationThreshold=50000",
          "-XX:Tier4MinInvocationThreshold=6000",
          "-XX:Tier4CompileThreshold=150000",
          "-XX:Tier4BackEdgeThreshold=400000");

  static final Jvm STACK = new Jvm(640, 256, SERIAL);
  static final Jvm HIVE = new Jvm(512, 320, SERIAL);
  static final Jvm INGEST = new Jvm(384, 160, SERIAL);
  static final Jvm SPEED = new Jvm(1024, 384, PARALLEL);
  static final Jvm SERVING = new Jvm(640, 320, SERIAL);
  static final Jvm BATCH = new Jvm(1500, 448, SHORT_LIVED);
  static final Jvm HISTORY = new Jvm(384, 224, SERIAL);
  static final Jvm SPARK_DAEMON = new Jvm(256, 192, SERIAL);
  static final Jvm CLIENT = new Jvm(256, 192, SERIAL);
  static final Jvm SUPERVISOR = new Jvm(64, 64, SERIAL);

  /** The program and the flags of a JVM that keeps its scratch files in the given folder. */
  List<String> command(Path scratch) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heapMb + "m");
    command.add("-XX:MaxMetaspaceSize=" + metaspaceMb + "m");
    command.addAll(flags);
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("-Xshare:auto");
    command.add("-Dfile.encoding=UTF-8");
    command.add("-Duser.timezone=UTC");
    command.add("-Djava.io.tmpdir=" + scratch);
    return command;
  }
}
