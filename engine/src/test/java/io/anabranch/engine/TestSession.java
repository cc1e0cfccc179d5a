package io.anabranch.engine;

import org.apache.spark.sql.SparkSession;

/** One small session for the whole suite. */
final class TestSession {
  private static final SparkSession SESSION =
      SparkSession.builder()
          .master("local[2]")
          .appName("engine tests")
          .config("spark.ui.enabled", "false")
          .config("spark.driver.bindAddress", "127.0.0.1")
          .config("spark.driver.host", "127.0.0.1")
          .config("spark.sql.session.timeZone", "UTC")
          .config("spark.sql.shuffle.partitions", "2")
          .getOrCreate();

  private TestSession() {}

  static SparkSession get() {
    return SESSION;
  }
}
