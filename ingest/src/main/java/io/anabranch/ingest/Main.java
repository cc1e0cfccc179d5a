package io.anabranch.ingest;

import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.Program;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Sources to Kafka, Kafka to the master dataset. */
@Command(
    mixinStandardHelpOptions = true,
    name = "anabranch ingest",
    description = "Sources to Kafka, Kafka to the master dataset.",
    subcommands = {
      RunCommand.class,
      FileCommand.class,
      WatchCommand.class,
      HttpCommand.class,
      GenerateCommand.class
    })
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Program.run(() -> execute(args));
  }

  /** Runs one command; what it throws comes through as it is. */
  static ExitStatus execute(String... args) throws Exception {
    AtomicReference<Exception> thrown = new AtomicReference<>();
    CommandLine command = new CommandLine(new Main());
    command.setExpandAtFiles(false); // as the command that calls this
    command.setExecutionExceptionHandler(
        (problem, line, parsed) -> {
          thrown.set(problem);
          return ExitStatus.FAILED.code();
        });
    int code = command.execute(args);
    if (thrown.get() != null) {
      throw thrown.get();
    }
    return Arrays.stream(ExitStatus.values())
        .filter(s -> s.code() == code)
        .findFirst()
        .orElseThrow();
  }
}
