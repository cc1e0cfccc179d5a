package io.anabranch.cli;

import io.anabranch.runtime.Problem;

/** A child that must not outlive this process: a signal that ends us is passed on to it. */
final class ForegroundProcess {
  private ForegroundProcess() {}

  /** Waits for the end of the child and returns its exit status. */
  static int await(Process child) {
    Thread passOn = new Thread(() -> stop(child), "pass the signal on");
    Runtime.getRuntime().addShutdownHook(passOn);
    try {
      int status = child.waitFor();
      removeHook(passOn);
      return status;
    } catch (InterruptedException e) {
      child.destroy();
      Thread.currentThread().interrupt();
      throw Problem.failed("Interrupted while waiting for " + child.info().command().orElse(""));
    }
  }

  private static void stop(Process child) {
    child.destroy();
    try {
      Runtime.getRuntime().halt(child.waitFor());
    } catch (InterruptedException e) {
      child.destroyForcibly();
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyEnding) {
      // the hook runs and ends the JVM with the child's status
      Thread.currentThread().interrupt();
    }
  }
}
