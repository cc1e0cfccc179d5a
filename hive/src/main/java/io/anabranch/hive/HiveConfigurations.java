package io.anabranch.hive;

import io.anabranch.runtime.PlatformSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hive.conf.HiveConf;
import org.apache.hadoop.hive.metastore.conf.MetastoreConf;

/** What the two services are told: one machine, Tez in the same JVM, external tables only. */
final class HiveConfigurations {
  private final PlatformSettings platform;
  private final HiveSettings settings;
  private final Path folder;

  HiveConfigurations(PlatformSettings platform, HiveSettings settings) {
    this.platform = platform;
    this.settings = settings;
    this.folder = platform.data().toAbsolutePath().resolve("hive");
  }

  /** The folder on the local disk that holds everything of Hive's. */
  Path folder() {
    return folder;
  }

  Configuration metastore(MetastoreDatabase database) {
    Configuration conf = MetastoreConf.newMetastoreConf();
    metastoreSite(database).forEach(entry -> conf.set(entry.getKey(), entry.getValue()));
    return conf;
  }

  /** What the metastore is told beyond its defaults. */
  Configuration metastoreSite(MetastoreDatabase database) {
    Configuration conf = new Configuration(false);
    common(conf);
    conf.set("javax.jdo.option.ConnectionURL", database.url());
    conf.set("javax.jdo.option.ConnectionDriverName", "org.apache.derby.jdbc.EmbeddedDriver");
    conf.set("javax.jdo.option.ConnectionUserName", MetastoreDatabase.USER);
    conf.set("javax.jdo.option.ConnectionPassword", MetastoreDatabase.PASSWORD);
    conf.set("datanucleus.connectionPoolingType", "HikariCP");
    conf.set("datanucleus.schema.autoCreateAll", "false");
    conf.set("metastore.schema.verification", "true");
    conf.setInt("metastore.thrift.port", settings.metastorePort());
    conf.set("metastore.thrift.bind.host", settings.bindHost());
    conf.set("metastore.warehouse.dir", warehouse());
    conf.set("metastore.event.db.notification.api.auth", "false");
    // nothing here is transactional: there is nothing to compact and nobody to keep house for
    conf.set("metastore.compactor.initiator.on", "false");
    conf.set("metastore.housekeeping.threads.on", "false");
    String cleaner = "org.apache.hadoop.hive.metastore.events.EventCleanerTask";
    conf.set("metastore.task.threads.always", cleaner);
    conf.set("metastore.task.threads.remote", cleaner);
    conf.set("metastore.create.as.acid", "false");
    return conf;
  }

  /** HiveServer2 and its sessions read their site file, so it is written first. */
  HiveConf server() throws IOException {
    Path file = Files.createDirectories(folder.resolve("conf")).resolve("hive-site.xml");
    try (OutputStream out = Files.newOutputStream(file)) {
      serverSite().writeXml(out);
    }
    HiveConf.setHiveSiteLocation(file.toUri().toURL());
    return new HiveConf();
  }

  /** What HiveServer2 is told beyond its defaults. */
  Configuration serverSite() {
    Configuration site = new Configuration(false);
    common(site);
    site.set("hive.metastore.uris", platform.hiveMetastore().toString());
    site.setInt("hive.server2.thrift.port", settings.serverPort());
    site.set("hive.server2.thrift.bind.host", settings.bindHost());
    site.setInt("hive.server2.webui.port", 0);
    site.set("hive.server2.enable.doAs", "false");
    site.set("hive.server2.authentication", "NONE");
    site.set("hive.server2.support.dynamic.service.discovery", "false");
    site.set("hive.server2.logging.operation.enabled", "false");
    site.set("hive.server2.materializedviews.registry.impl", "DUMMY");
    site.set("hive.notification.event.poll.interval", "0s");
    site.set("hive.security.authorization.enabled", "false");
    folders(site);
    tables(site);
    tez(site);
    return site;
  }

  private String warehouse() {
    return platform.hdfs() + platform.root() + "/hive/warehouse";
  }

  private void common(Configuration conf) {
    conf.set("fs.defaultFS", platform.hdfs().toString());
    conf.set("hadoop.tmp.dir", folder.resolve("tmp").toString());
    conf.set("dfs.replication", "1");
    conf.set("hive.metastore.warehouse.dir", warehouse());
    conf.set("hive.metastore.warehouse.external.dir", warehouse());
  }

  private void folders(Configuration site) {
    site.set("hive.exec.scratchdir", platform.root() + "/staging/hive");
    site.set("hive.exec.local.scratchdir", folder.resolve("local").toString());
    site.set("hive.downloaded.resources.dir", folder.resolve("resources").toString());
    site.set("hive.querylog.location", folder.resolve("queries").toString());
  }

  private static void tables(Configuration site) {
    site.set("hive.support.concurrency", "false");
    site.set("hive.txn.manager", "org.apache.hadoop.hive.ql.lockmgr.DummyTxnManager");
    site.set("hive.create.as.acid", "false");
    site.set("hive.create.as.insert.only", "false");
    // the files under a table are replaced behind Hive's back, so no statistics are believed
    site.set("hive.stats.autogather", "false");
    site.set("hive.compute.query.using.stats", "false");
    site.set("hive.query.results.cache.enabled", "false");
    site.set("hive.fetch.task.conversion", "more");
  }

  private void tez(Configuration site) {
    site.set("hive.execution.engine", "tez");
    site.set("mapreduce.framework.name", "local");
    site.set("tez.local.mode", "true");
    site.set("tez.local.mode.without.network", "true");
    site.set("tez.runtime.optimize.local.fetch", "true");
    site.set("tez.ignore.lib.uris", "true");
    site.set("tez.staging-dir", platform.root() + "/staging/tez");
    site.set("tez.am.inline.task.execution.max-tasks", "2");
    site.set("tez.runtime.io.sort.mb", "24");
    site.set("tez.runtime.unordered.output.buffer.size-mb", "24");
    site.set("hive.tez.container.size", "256");
    site.set("hive.server2.tez.initialize.default.sessions", "false");
    site.set("hive.tez.exec.print.summary", "false");
  }
}
