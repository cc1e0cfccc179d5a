package io.anabranch.batch;

/** Words for people, on standard error. */
final class Progress {
  private Progress() {}

  static void say(String words) {
    System.err.println("anabranch: " + words);
  }
}
