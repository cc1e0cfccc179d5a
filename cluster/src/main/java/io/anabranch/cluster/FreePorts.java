package io.anabranch.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Finds loopback ports that nobody listens on. */
public final class FreePorts {
  /** Below the range from which the kernel gives ports to outgoing connections. */
  private static final int FIRST = 15_000;

  private static final int END = 32_000;
  private static final int ATTEMPTS = 10_000;

  private FreePorts() {}

  /**
   * Distinct ports, all free at the moment of the call. Nothing reserves them: whoever listens
   * first has them.
   *
   * @param count how many, at least 0
   * @throws StackProblem status 3 if so many cannot be found
   */
  public static List<Integer> choose(int count) {
    Random random = new Random();
    Set<Integer> chosen = new LinkedHashSet<>();
    for (int i = 0; i < ATTEMPTS && chosen.size() < count; i++) {
      int port = FIRST + random.nextInt(END - FIRST);
      if (isFree(port)) {
        chosen.add(port);
      }
    }
    if (chosen.size() < count) {
      throw StackProblem.unreachable(
          "Cannot find %d free ports from %d to %d: stop what listens there"
              .formatted(count, FIRST, END - 1));
    }
    return new ArrayList<>(chosen);
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
