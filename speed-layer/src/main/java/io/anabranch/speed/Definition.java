package io.anabranch.speed;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import io.anabranch.schemas.SchemaHistory;
import io.anabranch.schemas.SchemaLog;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A dataset as its file says, able to read every schema that was registered when it was asked for.
 * Once records of a newer schema come the file is read again; until it knows them nothing is
 * folded.
 */
final class Definition {
  private static final Logger LOG = LoggerFactory.getLogger(Definition.class);

  private final SparkSession spark;
  private final Path schemas;
  private final SchemaLog log;
  private Dataset dataset;

  Definition(SparkSession spark, Path schemas, SchemaLog log, Dataset dataset) {
    this.spark = spark;
    this.schemas = schemas;
    this.log = log;
    this.dataset = dataset;
  }

  /** The dataset's name. */
  String name() {
    return dataset.name();
  }

  /** Tells what is registered now. */
  SchemaLog log() {
    return log;
  }

  /**
   * The plan of a run that begins now.
   *
   * @throws Problem status 3 if the files do not know a registered schema yet, which somebody will
   *     mend, or if the log does not answer
   */
  DatasetPlan plan() {
    SchemaHistory history = log.history(dataset);
    try {
      return DatasetPlan.compile(spark, dataset, schemas, history);
    } catch (Problem older) {
      LOG.info("{}: reading its files again: {}", name(), older.getMessage());
    }
    try {
      Dataset read = Datasets.load(schemas).named(name());
      DatasetPlan.check(spark, read, schemas);
      DatasetPlan plan = DatasetPlan.compile(spark, read, schemas, history);
      dataset = read;
      return plan;
    } catch (Problem e) {
      throw Problem.unreachable("nothing is folded until this is mended: " + e.getMessage(), e);
    }
  }
}
