package io.anabranch.cluster;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Asks a process of this machine whether it serves. */
final class HealthCheck {
  private static final int TIMEOUT_MS = 2000;
  private static final int LINES_TOLD = 15;

  private HealthCheck() {}

  /**
   * Returns once {@code GET /health} answers 200.
   *
   * @throws StackProblem status 3 with the end of its log, if the process ends before, or if the
   *     time is up; it is killed then
   */
  static void await(JavaProcess process, int port, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (status(port) != HttpURLConnection.HTTP_OK) {
      if (!process.isAlive()) {
        throw StackProblem.unreachable("The process ended while it started:\n" + logEnd(process));
      }
      if (System.nanoTime() > deadline) {
        process.kill();
        throw StackProblem.unreachable(
            "Not ready after %d s:\n%s".formatted(limit.toSeconds(), logEnd(process)));
      }
      pause();
    }
  }

  /** The status of {@code GET /health} on a loopback port, -1 if nobody answers. */
  static int status(int port) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + port + "/health").toURL().openConnection();
      connection.setConnectTimeout(TIMEOUT_MS);
      connection.setReadTimeout(TIMEOUT_MS);
      try {
        return connection.getResponseCode();
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return -1;
    }
  }

  private static String logEnd(JavaProcess process) {
    try {
      List<String> lines = Files.readAllLines(process.log());
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_TOLD), lines.size()));
    } catch (IOException e) {
      return "its log " + process.log() + " cannot be read: " + e;
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while a process starts", e);
    }
  }
}
