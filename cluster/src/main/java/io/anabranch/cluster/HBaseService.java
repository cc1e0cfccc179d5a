package io.anabranch.cluster;

import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hbase.master.HMaster;
import org.apache.hadoop.hbase.regionserver.HRegionServer;

/** HBase's master or a region server: both are threads of their own. */
final class HBaseService implements Service {
  /** Makes the daemon, not yet started. */
  @FunctionalInterface
  private interface Construction {
    HRegionServer with(Configuration configuration) throws Exception;
  }

  private final StackSettings settings;
  private final Construction construction;
  private final Predicate<HRegionServer> ready;
  private HRegionServer daemon;

  private HBaseService(
      StackSettings settings, Construction construction, Predicate<HRegionServer> ready) {
    this.settings = settings;
    this.construction = construction;
    this.ready = ready;
  }

  static HBaseService master(StackSettings settings) {
    return new HBaseService(settings, HMaster::new, daemon -> ((HMaster) daemon).isInitialized());
  }

  static HBaseService regionServer(StackSettings settings) {
    return new HBaseService(settings, HRegionServer::new, HRegionServer::isOnline);
  }

  @Override
  public void start() throws Exception {
    daemon = construction.with(HadoopSettings.hbase(settings));
    daemon.start();
    Waiting.until(() -> ready.test(daemon) || !daemon.isAlive());
    if (!daemon.isAlive()) {
      throw new IllegalStateException(daemon.getName() + " ended while it started, see the log");
    }
  }

  @Override
  public boolean isServing() {
    return daemon.isAlive() && !daemon.isAborted() && !daemon.isStopped();
  }

  @Override
  public void stop() throws Exception {
    if (daemon != null && daemon.isAlive()) {
      daemon.stop("the process was asked to stop");
      daemon.join();
    }
  }
}
