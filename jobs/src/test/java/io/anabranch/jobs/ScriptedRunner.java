package io.anabranch.jobs;

import io.anabranch.jobs.run.ActionCall;
import io.anabranch.jobs.run.ActionRunner;
import io.anabranch.jobs.run.Outcome;
import io.anabranch.jobs.store.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Processes that outlive the scheduler and end when the test says: what was started is known by its
 * folder, as with the real ones.
 */
public final class ScriptedRunner implements ActionRunner {
  /** The words of what was started, in order; each once. */
  public final List<String> started = new ArrayList<>();

  /** What was started, in order; each once. */
  final List<ActionCall> calls = new ArrayList<>();

  private final Map<Path, Optional<Outcome>> processes = new HashMap<>();
  private final Map<Path, String> words = new HashMap<>();
  private final Set<Path> asked = new HashSet<>();
  private Function<String, Optional<Outcome>> script = word -> Optional.of(Outcome.ok());

  /** What comes of each start from now on; empty for what goes on until {@link #finish}. */
  public void script(Function<String, Optional<Outcome>> next) {
    script = next;
  }

  /** Ends everything that goes on. */
  public void finish(Outcome outcome) {
    processes.replaceAll((folder, now) -> now.or(() -> Optional.of(outcome)));
  }

  /** What goes on. */
  public List<String> underWay() {
    return processes.entrySet().stream()
        .filter(process -> process.getValue().isEmpty())
        .map(process -> words.get(process.getKey()))
        .sorted()
        .toList();
  }

  @Override
  public Execution start(ActionCall call) {
    Path folder = call.folder();
    if (!processes.containsKey(folder)) {
      String word = word(call);
      started.add(word);
      calls.add(call);
      words.put(folder, word);
      processes.put(folder, script.apply(word));
      try {
        Files.writeString(call.log(), word + " was here\n");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return execution(folder);
  }

  @Override
  public Optional<Execution> find(Step step, Path folder) {
    return processes.containsKey(folder) ? Optional.of(execution(folder)) : Optional.empty();
  }

  private Execution execution(Path folder) {
    return new Execution() {
      @Override
      public Optional<Outcome> outcome() {
        return processes.get(folder);
      }

      @Override
      public void end() {
        if (asked.add(folder)) {
          return;
        }
        processes.put(folder, Optional.of(Outcome.error("got a signal")));
      }

      @Override
      public void abandon() {
        processes.put(folder, Optional.of(new Outcome(Outcome.Kind.LOST, "abandoned", Map.of())));
      }
    };
  }

  private static String word(ActionCall call) {
    List<String> parts = new ArrayList<>();
    call.body().textOf("exec").ifPresent(parts::add);
    parts.addAll(call.body().textsOf("argument"));
    return String.join(" ", parts);
  }
}
