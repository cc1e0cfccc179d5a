package io.anabranch.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hbase.thrift.ThriftServer;

/** HBase's Thrift server, of the first or the second interface. */
final class ThriftService implements Service {
  private static final int CONNECT_MS = 200;

  private final StackSettings settings;
  private final Endpoint endpoint;
  private ThriftServer server;
  private Thread thread;
  private volatile Exception failure;

  ThriftService(StackSettings settings, Endpoint endpoint) {
    this.settings = settings;
    this.endpoint = endpoint;
  }

  @Override
  public void start() throws Exception {
    Configuration configuration = HadoopSettings.hbase(settings);
    server =
        endpoint == Endpoint.THRIFT2
            ? new org.apache.hadoop.hbase.thrift2.ThriftServer(configuration)
            : new ThriftServer(configuration);
    thread = new Thread(this::run, endpoint.name().toLowerCase(Locale.ROOT));
    thread.setDaemon(true);
    thread.start();
    Waiting.until(() -> failure != null || listens());
    if (failure != null) {
      throw failure;
    }
  }

  private void run() {
    try {
      server.run(
          new String[] {
            "--bind", settings.bindHost(), "-p", "" + settings.port(endpoint), "--infoport", "-1"
          });
    } catch (Exception e) {
      failure = e;
    }
  }

  /** Its server does not say that it serves. */
  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(settings.bindHost(), settings.port(endpoint)), CONNECT_MS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public boolean isServing() {
    return thread.isAlive();
  }

  @Override
  public void stop() throws Exception {
    if (server != null && server.getTserver() != null) {
      server.stop();
      thread.join();
    }
  }
}
