package io.anabranch.cluster;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waits for a daemon that offers no call to wait on; whoever starts it sets the deadline. */
final class Waiting {
  private Waiting() {}

  static void until(Callable<Boolean> condition) throws Exception {
    while (!condition.call()) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
