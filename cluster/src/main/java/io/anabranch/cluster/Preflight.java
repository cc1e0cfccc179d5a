package io.anabranch.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What must hold before any daemon starts, so that nothing is half-started: the JDK, the disk, the
 * data folder to itself, and every port free.
 */
final class Preflight {
  static final int OLDEST_JAVA = 17;
  static final int NEWEST_JAVA = 21;

  /** Open as long as the JVM lives: a channel that is collected gives its lock back. */
  private static final Queue<FileChannel> LOCKS = new ConcurrentLinkedQueue<>();

  private Preflight() {}

  /**
   * Checks everything and takes the data folder for the life of the JVM.
   *
   * @throws StackProblem status 3 at the first thing that does not hold
   */
  static void check(StackSettings settings, List<Role> roles) {
    requireJava(Runtime.version().feature());
    requireDisk(settings);
    roles.forEach(role -> takeFolder(settings, role));
    roles.forEach(role -> role.endpoints().forEach(port -> requireFree(settings, role, port)));
  }

  static void requireJava(int feature) {
    if (feature < OLDEST_JAVA || feature > NEWEST_JAVA) {
      throw StackProblem.unreachable(
          "Java %d runs here (%s), but Hadoop needs %d to %d: set JAVA_HOME to such a JDK"
              .formatted(feature, System.getProperty("java.home"), OLDEST_JAVA, NEWEST_JAVA));
    }
  }

  private static void requireDisk(StackSettings settings) {
    Path folder = settings.stackFolder();
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, "writable", null));
      long freeMegabytes = Files.getFileStore(folder).getUsableSpace() >> 20;
      if (freeMegabytes < settings.freeMegabytes()) {
        throw StackProblem.unreachable(
            "The disk of %s has %d MB free, but %d MB are needed: make room, or choose another data folder"
                .formatted(folder, freeMegabytes, settings.freeMegabytes()));
      }
    } catch (IOException e) {
      throw StackProblem.unreachable(
          "Cannot write to the data folder %s (%s): make it writable, or choose another one"
              .formatted(folder, e),
          e);
    }
  }

  private static void takeFolder(StackSettings settings, Role role) {
    Path file = settings.stackFolder().resolve(role.label() + ".lock");
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      LOCKS.add(channel);
      if (channel.tryLock() == null) {
        throw StackProblem.unreachable(
            "Another process runs %s on the data folder %s: stop it, or choose another data folder"
                .formatted(role.label(), settings.data()));
      }
    } catch (IOException e) {
      throw StackProblem.unreachable("Cannot lock " + file + " (" + e + ")", e);
    }
  }

  private static void requireFree(StackSettings settings, Role role, Endpoint endpoint) {
    requireFree(settings.bindHost(), settings.port(endpoint), role.label(), endpoint.portKey());
  }

  static void requireFree(String host, int port, String service, String key) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
    } catch (IOException e) {
      throw StackProblem.unreachable(
          "Port %d on %s, which %s needs (%s), cannot be opened (%s): stop what listens there, or choose another port"
              .formatted(port, host, service, key, e.getMessage()),
          e);
    }
  }
}
