package io.anabranch.cluster;

/** One daemon in this JVM. It is started once, and stopped once after that. */
interface Service {
  /** Starts it and returns once it serves. A failure may leave parts of it running. */
  void start() throws Exception;

  /** Whether it still serves; asked only after {@link #start} returned. */
  boolean isServing();

  /** Stops it and returns once its files are closed; does nothing if it was never started. */
  void stop() throws Exception;
}
