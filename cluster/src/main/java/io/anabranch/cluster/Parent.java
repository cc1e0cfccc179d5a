package io.anabranch.cluster;

/** The process on whose behalf this one runs: a test, whose stack must not outlive it. */
final class Parent {
  private Parent() {}

  /** Ends this JVM once the process with that id has ended; at once if there is none. */
  static void follow(long pid) {
    ProcessHandle.of(pid)
        .ifPresentOrElse(
            parent -> {
              var unused = parent.onExit().thenRun(() -> Main.end(0, "the parent ended"));
            },
            () -> Main.end(0, "the parent " + pid + " does not run"));
  }
}
