package io.anabranch.jobs.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The main class of an action of a test: its argument is its output. */
public final class TellsWords {
  private TellsWords() {}

  public static void main(String[] words) throws IOException {
    Files.writeString(
        Path.of(System.getProperty("oozie.action.output.properties")), "word=" + words[0]);
  }
}
