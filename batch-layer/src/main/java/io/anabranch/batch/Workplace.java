package io.anabranch.batch;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.hbase.HBaseCatalog;
import io.anabranch.hbase.HBaseConnection;
import io.anabranch.kafka.KafkaSchemaLog;
import io.anabranch.master.HdfsMasterStore;
import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Problem;
import io.anabranch.runtime.Settings;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import io.anabranch.schemas.SchemaHistory;
import io.anabranch.schemas.SchemaLog;
import io.anabranch.views.ViewStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/** What every task needs: settings, the dataset, HBase and the master dataset. */
record Workplace(
    PlatformSettings platform,
    BatchSettings settings,
    Dataset dataset,
    HBaseConnection hbase,
    HBaseCatalog catalog,
    ViewStore store,
    HdfsMasterStore master)
    implements AutoCloseable {

  static Workplace open(Path config, String datasetName) {
    Settings settings = Settings.read(config);
    PlatformSettings platform = settings.section("platform", PlatformSettings.class);
    BatchSettings batch = settings.section("batch", BatchSettings.class);
    Datasets datasets = Datasets.load(platform.schemas());
    Dataset dataset = datasets.named(datasetName);
    HBaseConnection hbase = HBaseConnection.connect(platform);
    try {
      return new Workplace(
          platform,
          batch,
          dataset,
          hbase,
          hbase.catalog(),
          hbase.viewStore(datasets),
          master(platform));
    } catch (RuntimeException e) {
      hbase.close();
      throw e;
    }
  }

  private static HdfsMasterStore master(PlatformSettings platform) {
    try {
      return HdfsMasterStore.connect(platform.hdfs(), platform.root());
    } catch (IOException e) {
      throw Problem.unreachable(
          "HDFS at %s does not answer (%s): start the stack with 'anabranch up'"
              .formatted(platform.hdfs(), e.getMessage()),
          e);
    }
  }

  /**
   * Compiles the dataset with the schemas that are registered now. Rows that were read from the
   * topic before this was called have none but those.
   *
   * @throws Problem status 2 if the dataset's file is older than some records
   */
  DatasetPlan plan(SparkSession session) {
    return DatasetPlan.compile(session, dataset, platform.schemas(), history());
  }

  /**
   * The registered schemas, all of which the dataset's schema reads.
   *
   * @throws Problem status 2 if it does not
   */
  SchemaHistory history() {
    try (SchemaLog schemas = new KafkaSchemaLog(platform.kafka())) {
      return schemas.history(dataset).readBy(dataset);
    }
  }

  /** The folder of a version's files, {@code hdfs://...}. */
  String versionFolder(long version) {
    return hiveFolder() + "/v=" + version;
  }

  /** The folder of all versions' files. */
  String hiveFolder() {
    return platform.hdfs() + platform.root() + "/hive/" + dataset.name();
  }

  /** The folder of the quality reports of the dataset's runs. */
  URI qualityFolder() {
    return URI.create(platform.hdfs() + platform.root() + "/quality/" + dataset.name());
  }

  /** The folder of what is known of the dataset's erasures. */
  URI erasureFolder() {
    return URI.create(platform.hdfs() + platform.root() + "/erasures/" + dataset.name());
  }

  /** A folder for files on their way to HBase; whoever owns it may delete it. */
  String staging(long version) {
    return "%s%s/staging/%s-v%s"
        .formatted(platform.hdfs(), platform.root(), dataset.name(), version);
  }

  @Override
  public void close() {
    try (hbase) {
      master.close();
    } catch (IOException e) {
      Progress.say("HDFS was not closed in order: %s".formatted(e.getMessage()));
    }
  }
}
