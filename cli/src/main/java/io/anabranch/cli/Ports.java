package io.anabranch.cli;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/**
 * Chooses loopback ports that are free now and stay free: below the range from which the system
 * takes the ports of outgoing connections, and never the same twice. Where it begins to look
 * depends on the seed, so that two data folders seldom meet.
 */
final class Ports {
  private static final int LOWEST = 20_000;
  private static final int HIGHEST = 32_000;
  private static final int SPAN = HIGHEST - LOWEST;

  private final Set<Integer> taken = new HashSet<>();
  private int next;

  Ports(int seed) {
    this.next = LOWEST + Math.floorMod(seed, SPAN);
  }

  /** A port that is remembered elsewhere and must not be chosen. */
  void take(int port) {
    taken.add(port);
  }

  /** A free port; the preferred one if it is free. */
  int choosePreferably(int preferred) {
    return isFree(preferred) && taken.add(preferred) ? preferred : choose();
  }

  /** A free port. */
  int choose() {
    for (int tries = 0; tries < SPAN; tries++) {
      int port = next;
      next = next + 1 < HIGHEST ? next + 1 : LOWEST;
      if (!taken.contains(port) && isFree(port)) {
        taken.add(port);
        return port;
      }
    }
    throw Problem.unreachable(
        "No free port between %d and %d on loopback: end what listens there"
            .formatted(LOWEST, HIGHEST));
  }

  /** Whether nothing listens on this loopback port. */
  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException inUse) {
      return false;
    }
  }
}
