package io.anabranch.cluster;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Stands where the stack stands in a distribution, so that the command can be tested without one:
 * it only answers its health check. With a file {@code refuse} in the data folder it ends with 2,
 * with {@code die} it dies with 3, once.
 */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws Exception {
    Properties settings = new Properties();
    try (var reader = Files.newBufferedReader(Path.of(arguments[2]))) {
      settings.load(reader);
    }
    Path data = Path.of(settings.getProperty("platform.data"));
    if (Files.exists(data.resolve("refuse"))) {
      System.err.println("anabranch: the test wants it so");
      System.exit(2);
    }
    if (Files.deleteIfExists(data.resolve("die"))) {
      System.err.println("anabranch: the first time only");
      System.exit(3);
    }
    int port = Integer.parseInt(settings.getProperty("stack.health-port"));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 4);
    server.createContext(
        "/health",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
  }
}
