package io.anabranch.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Finds loopback ports that nobody listens on. */
public final class FreePorts {
  private FreePorts() {}

  /**
   * Distinct ports, all free at the moment of the call. Nothing reserves them: whoever listens
   * first has them.
   *
   * @param count how many, at least 0
   */
  public static List<Integer> choose(int count) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      // held open together, or the kernel may give the same port twice
      for (int i = 0; i < count; i++) {
        ServerSocket socket = new ServerSocket();
        held.add(socket);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot find " + count + " free ports on 127.0.0.1", e);
    } finally {
      held.forEach(FreePorts::release);
    }
  }

  private static void release(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
