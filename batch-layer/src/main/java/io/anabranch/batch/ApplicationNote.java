package io.anabranch.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationStart;

/**
 * Adds the application's id to the file that the environment variable {@code
 * ANABRANCH_APPLICATIONS} names, so that the run that it belongs to finds its event log. The
 * command asks Spark for it by {@code spark.extraListeners}; without the variable nothing is noted.
 */
public final class ApplicationNote extends SparkListener {
  private final Optional<Path> file;

  /** For Spark. */
  public ApplicationNote() {
    this(Optional.ofNullable(System.getenv("ANABRANCH_APPLICATIONS")).map(Path::of));
  }

  ApplicationNote(Optional<Path> file) {
    this.file = file;
  }

  @Override
  public void onApplicationStart(SparkListenerApplicationStart start) {
    if (file.isPresent() && start.appId().isDefined()) {
      try {
        Files.writeString(
            file.get(),
            start.appId().get() + "\n",
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      } catch (IOException e) {
        Progress.say("the application is not noted in %s: %s".formatted(file.get(), e));
      }
    }
  }
}
