package io.anabranch.hive;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.DistributedFileSystem;

/** Waits for what Hive needs, and for Hive itself. */
final class Readiness {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final int CONNECT_MS = 500;

  private Readiness() {}

  /**
   * Fails unless the port is free.
   *
   * @throws Problem naming the port, who needs it and its key
   */
  static void requireFree(String host, int port, String service, String key) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
    } catch (IOException e) {
      throw Problem.unreachable(
          "Port %d on %s, which the %s needs (%s), cannot be opened (%s): stop what listens there, or choose another port"
              .formatted(port, host, service, key, e.getMessage()),
          e);
    }
  }

  /** Returns once HDFS answers and takes writes. */
  static void awaitHdfs(URI hdfs) throws InterruptedException {
    Configuration conf = new Configuration();
    conf.setInt("ipc.client.connect.max.retries", 0);
    conf.setInt("dfs.client.failover.max.attempts", 0);
    await(
        "HDFS at " + hdfs,
        () -> {
          try (FileSystem files = FileSystem.newInstance(hdfs, conf)) {
            return !((DistributedFileSystem) files).isInSafeMode();
          } catch (IOException e) {
            return false;
          }
        });
  }

  /**
   * Returns once somebody listens there.
   *
   * @param stillHoped throws once there is nothing to wait for any more
   */
  static void awaitPort(String service, String host, int port, Runnable stillHoped)
      throws InterruptedException {
    await(
        service + " at " + host + ":" + port,
        () -> {
          stillHoped.run();
          try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), CONNECT_MS);
            return true;
          } catch (IOException e) {
            return false;
          }
        });
  }

  private static void await(String what, Callable<Boolean> condition) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!holds(condition)) {
      if (System.nanoTime() > deadline) {
        throw Problem.unreachable(
            "No answer from %s for %d s: start it with ./anabranch up"
                .formatted(what, PATIENCE.toSeconds()));
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private static boolean holds(Callable<Boolean> condition) {
    try {
      return condition.call();
    } catch (Problem problem) {
      throw problem;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
