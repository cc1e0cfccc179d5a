package io.anabranch.cluster;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.metrics2.lib.DefaultMetricsSystem;
import org.apache.hadoop.util.ShutdownHookManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The life of this JVM's daemons: start, health, watch, stop. */
final class Daemons {
  private static final Logger LOG = LoggerFactory.getLogger(Daemons.class);

  /** Before the hooks of HBase and of Hadoop's file systems, which would close them under us. */
  private static final int FIRST = 1000;

  private static final long STOP_SECONDS = 18;

  /** What the shell reports of a process that SIGTERM ended. */
  private static final int TERMINATED = 143;

  private Daemons() {}

  /** Never returns while the daemons serve. */
  static void run(StackSettings settings, List<Role> roles) throws Exception {
    long begin = System.nanoTime();
    // daemons of several kinds in one JVM register the same metrics names
    DefaultMetricsSystem.setMiniClusterMode(true);
    Services services = new Services(settings, roles);
    if (settings.healthPort().isPresent()) {
      HealthEndpoint.listen(settings.healthPort().getAsInt(), settings, services);
    }
    ShutdownHookManager.get()
        .addShutdownHook(() -> stop(services), FIRST, STOP_SECONDS, TimeUnit.SECONDS);
    services.start();
    LOG.info("ready after {} ms: {}", (System.nanoTime() - begin) / 1_000_000, roles);
    watch(services);
  }

  private static void stop(Services services) {
    Main.haltInTheEnd(TERMINATED);
    services.stop();
  }

  private static void watch(Services services) throws InterruptedException {
    while (true) {
      TimeUnit.SECONDS.sleep(1);
      Role ended = services.ended();
      if (ended != null && !ShutdownHookManager.get().isShutdownInProgress()) {
        Main.end(1, ended.label() + " ended by itself, so the process ends; the log says why");
      }
    }
  }
}
