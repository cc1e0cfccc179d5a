/**
 * The speed layer: one Spark query for each dataset reads its topic from where the catalog says
 * that it is applied, and folds records into deltas. Only {@code RecordPlan}, {@code DeltaWriter}
 * and {@code SpeedLayer} know Spark.
 */
package io.anabranch.speed;
