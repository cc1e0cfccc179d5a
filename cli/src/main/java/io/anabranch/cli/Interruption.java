package io.anabranch.cli;

/** What runs when a signal ends this process in the middle of its work. */
final class Interruption {
  private Interruption() {}

  /**
   * Takes the hook away because the work is over.
   *
   * @return false if the process is ending already and the hook runs
   */
  static boolean disarm(Thread hook) {
    try {
      return Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      return false;
    }
  }
}
