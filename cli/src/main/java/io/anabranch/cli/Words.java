package io.anabranch.cli;

/** What the command says to people: one line on standard error. Data goes to standard output. */
final class Words {
  private Words() {}

  static void say(String what) {
    System.err.println("anabranch: " + what);
  }
}
