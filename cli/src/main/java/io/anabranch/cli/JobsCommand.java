package io.anabranch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.runtime.ExitStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jobs}: runs of workflows. */
@Command(
    name = "jobs",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Runs of schedules and workflows: history, logs, start, cancel, rerun, backfill.",
    subcommands = {
      JobsCommand.Listing.class,
      JobsCommand.Show.class,
      JobsCommand.Logs.class,
      JobsCommand.Metrics.class,
      JobsCommand.Start.class,
      JobsCommand.Cancel.class,
      JobsCommand.Rerun.class,
      JobsCommand.Backfill.class
    },
    footer = {
      "%nExamples:",
      "  anabranch jobs list --status failed",
      "  anabranch jobs start nightly-customer_orders",
      "  anabranch jobs logs nightly-customer_orders@2026-03-29T21:55Z --follow",
      "  anabranch jobs rerun nightly-customer_orders@2026-03-29T21:55Z --from-failure",
    })
final class JobsCommand extends Group {
  private static final String ROUTE = "/api/v1/runs";

  private static String route(String run) {
    return ROUTE + "/" + Rest.encoded(run);
  }

  private static Rest rest(PlatformOptions options) {
    return Rest.of(options.existing());
  }

  private static void print(CommonOptions common, JsonNode run) {
    System.out.print(
        common.json()
            ? Json.line(run) + "\n"
            : "%s is %s%s%n"
                .formatted(
                    run.path("run").asText(),
                    run.path("status").asText(),
                    run.path("message").isTextual() ? ": " + run.path("message").asText() : ""));
  }

  /** {@code jobs list}. */
  @Command(
      name = "list",
      description = "Lists runs, those that were due last first.",
      footer = {
        "%nExamples:",
        "  anabranch jobs list --dataset customer_orders --limit 10",
        "  anabranch jobs list --schedule nightly-customer_orders --status failed"
      })
  static final class Listing implements Callable<Integer> {
    @Mixin private CommonOptions common;
    @Mixin private PlatformOptions options;

    @Option(names = "--schedule", description = "only of this schedule")
    private String schedule;

    @Option(
        names = "--status",
        description =
            "waiting, ready, running, cancelling, succeeded, failed, cancelled, timed_out, skipped")
    private String status;

    @Option(names = "--dataset", description = "only of this dataset")
    private String dataset;

    @Option(names = "--limit", description = "at most so many (default: ${DEFAULT-VALUE})")
    private int limit = 50;

    @Override
    public Integer call() {
      List<Map.Entry<String, String>> parameters = new ArrayList<>();
      add(parameters, "schedule", schedule);
      add(parameters, "status", status);
      add(parameters, "dataset", dataset);
      add(parameters, "limit", Integer.toString(limit));
      JsonNode answer = rest(options).get(ROUTE, parameters);
      if (common.json()) {
        System.out.println(Json.line(answer));
        return 0;
      }
      TextTable table =
          new TextTable(List.of("run", "status", "started", "seconds", "attempt", "message"));
      for (JsonNode run : answer.path("runs")) {
        table.add(
            List.of(
                run.path("run").asText(),
                run.path("status").asText(),
                ObjectTable.text(run.path("started")),
                seconds(run),
                run.path("attempt").asText(),
                ObjectTable.text(run.path("message"))));
      }
      System.out.print(table.render());
      return 0;
    }

    private static void add(List<Map.Entry<String, String>> all, String name, String value) {
      if (value != null) {
        all.add(Map.entry(name, value));
      }
    }
  }

  private static String seconds(JsonNode timed) {
    JsonNode ms = timed.path("duration_ms");
    return ms.isNumber() ? Long.toString(ms.asLong() / 1_000) : "";
  }

  /** {@code jobs show}. */
  @Command(
      name = "show",
      aliases = "status",
      description = {
        "Shows a run and its steps, tries that were replaced too.",
        "Exit status 1 if it failed, was cancelled or timed out."
      },
      footer = {"%nExample:", "  anabranch jobs show nightly-customer_orders@2026-03-29T21:55Z"})
  static final class Show implements Callable<Integer> {
    @Mixin private CommonOptions common;
    @Mixin private PlatformOptions options;

    @Parameters(paramLabel = "RUN", description = "its id, as 'jobs list' tells it")
    private String run;

    @Override
    public Integer call() {
      JsonNode answer = rest(options).get(route(run), List.of());
      if (common.json()) {
        System.out.println(Json.line(answer));
      } else {
        print(common, answer.path("run"));
        System.out.print(steps(answer).render());
        for (JsonNode step : answer.path("steps")) {
          for (JsonNode application : step.path("applications")) {
            System.out.println(
                "step %s, application %s: %s"
                    .formatted(
                        step.path("step").asText(),
                        application.path("application").asText(),
                        application.path("history").asText()));
          }
        }
      }
      boolean bad =
          List.of("failed", "cancelled", "timed_out")
              .contains(answer.path("run").path("status").asText());
      return (bad ? ExitStatus.FAILED : ExitStatus.DONE).code();
    }

    private static TextTable steps(JsonNode answer) {
      TextTable table =
          new TextTable(
              List.of("step", "node", "type", "attempt", "try", "status", "seconds", "message"));
      for (JsonNode step : answer.path("steps")) {
        table.add(
            List.of(
                step.path("step").asText(),
                step.path("node").asText(),
                step.path("type").asText(),
                step.path("attempt").asText(),
                step.path("tries").asText(),
                step.path("status").asText() + (step.path("current").asBoolean() ? "" : " (past)"),
                seconds(step),
                ObjectTable.text(step.path("message"))));
      }
      return table;
    }
  }

  /** {@code jobs logs}. */
  @Command(
      name = "logs",
      mixinStandardHelpOptions = true,
      description = "Prints what a run's steps wrote, and what happened to it.",
      footer = {
        "%nExamples:",
        "  anabranch jobs logs nightly-customer_orders@2026-03-29T21:55Z --follow",
        "  anabranch jobs logs nightly-customer_orders@2026-03-29T21:55Z --step batch > batch.log"
      })
  static final class Logs implements Callable<Integer> {
    @Mixin private PlatformOptions options;

    @Parameters(paramLabel = "RUN", description = "its id, as 'jobs list' tells it")
    private String run;

    @Option(names = "--step", description = "only of this step: its number, or its node's name")
    private String step;

    @Option(names = "--follow", description = "until the run, or the step, has ended")
    private boolean follow;

    @Override
    public Integer call() {
      List<Map.Entry<String, String>> parameters = new ArrayList<>();
      if (step != null) {
        parameters.add(Map.entry("step", step));
      }
      if (follow) {
        parameters.add(Map.entry("follow", "true"));
      }
      rest(options).copy(route(run) + "/log", parameters, System.out);
      return 0;
    }
  }

  /** {@code jobs metrics}. */
  @Command(
      name = "metrics",
      description = {
        "Prints what the applications of Spark's that a run started did, by stage.",
        "Their pages are there while the History Server runs: 'anabranch role history'."
      },
      footer = {
        "%nExamples:",
        "  anabranch jobs metrics nightly-customer_orders@2026-03-29T21:55Z",
        "  anabranch jobs metrics nightly-customer_orders@2026-03-29T21:55Z --json"
      })
  static final class Metrics implements Callable<Integer> {
    private static final List<String> MEASURES =
        List.of(
            "records_read",
            "records_written",
            "shuffle_records_read",
            "shuffle_bytes_read",
            "shuffle_records_written",
            "shuffle_bytes_written",
            "spilled_disk_bytes",
            "gc_ms");

    @Mixin private CommonOptions common;
    @Mixin private PlatformOptions options;

    @Parameters(paramLabel = "RUN", description = "its id, as 'jobs list' tells it")
    private String run;

    @Override
    public Integer call() {
      JsonNode answer = rest(options).get(route(run) + "/metrics", List.of());
      if (common.json()) {
        System.out.println(Json.line(answer));
        return 0;
      }
      for (JsonNode application : answer.path("applications")) {
        System.out.printf(
            "%s, step %s, application %s%s%n%s%n",
            application.path("node").asText(),
            application.path("step").asText(),
            application.path("application").asText(),
            application.path("logged").asBoolean() ? "" : ": there is no event log of it",
            application.path("history").asText());
        if (application.path("logged").asBoolean()) {
          System.out.print(stages(application).render());
        }
      }
      return 0;
    }

    private static TextTable stages(JsonNode application) {
      List<String> heads =
          new ArrayList<>(List.of("stage", "name", "status", "ms", "tasks", "failed_tasks"));
      heads.addAll(MEASURES);
      TextTable table = new TextTable(heads);
      for (JsonNode stage : application.path("stages")) {
        add(table, stage, stage.path("stage").asText(), stage.path("measures"));
      }
      add(table, application, "all", application.path("totals"));
      return table;
    }

    private static void add(TextTable table, JsonNode of, String stage, JsonNode measures) {
      List<String> row = new ArrayList<>(List.of(stage));
      for (String column : List.of("name", "status", "duration_ms", "tasks", "failed_tasks")) {
        row.add(ObjectTable.text(of.path(column)));
      }
      MEASURES.forEach(measure -> row.add(measures.path(measure).asText()));
      table.add(row);
    }
  }

  /** {@code jobs start}. */
  @Command(
      name = "start",
      description = {
        "Starts a run now: of a schedule's workflow as if it were due now, or of any workflow.",
        "Of runs with the same property 'dataset' one is under way at a time; the others wait."
      },
      footer = {
        "%nExamples:",
        "  anabranch jobs start weekly-customer_orders",
        "  anabranch jobs start my/workflow.xml --set day=2026-03-29"
      })
  static final class Start implements Callable<Integer> {
    @Mixin private CommonOptions common;
    @Mixin private PlatformOptions options;
    @Mixin private JobParameters parameters;

    @Parameters(
        paramLabel = "WHAT",
        description = "a schedule, a workflow.xml or its folder; hdfs://... or on this machine")
    private String what;

    @Override
    public Integer call() {
      ObjectNode request = parameters.request();
      boolean file = what.contains("/") || Files.exists(Path.of(what));
      request.put("what", file ? JobParameters.address(what) : what);
      print(common, rest(options).post(ROUTE, request));
      return 0;
    }
  }

  /** {@code jobs cancel}. */
  @Command(
      name = "cancel",
      description = "Ends a run; its processes get a signal.",
      footer = {"%nExample:", "  anabranch jobs cancel weekly-customer_orders@2026-03-28T23:30Z"})
  static final class Cancel implements Callable<Integer> {
    @Mixin private CommonOptions common;
    @Mixin private PlatformOptions options;

    @Parameters(paramLabel = "RUN", description = "its id, as 'jobs list' tells it")
    private String run;

    @Override
    public Integer call() {
      String by = "?user=" + Rest.encoded(JobParameters.user());
      print(common, rest(options).post(route(run) + "/cancel" + by));
      return 0;
    }
  }

  /** {@code jobs rerun}. */
  @Command(
      name = "rerun",
      description = "Begins a run that has ended once more, with its workflow as it is now.",
      footer = {
        "%nExample:",
        "  anabranch jobs rerun nightly-customer_orders@2026-03-29T21:55Z --from-failure"
      })
  static final class Rerun implements Callable<Integer> {
    @Mixin private CommonOptions common;
    @Mixin private PlatformOptions options;

    @Parameters(paramLabel = "RUN", description = "its id, as 'jobs list' tells it")
    private String run;

    @Option(
        names = "--from-failure",
        description = "at the actions that did not succeed; without it at the start")
    private boolean fromFailure;

    @Override
    public Integer call() {
      String from = fromFailure ? "failure" : "start";
      print(common, rest(options).post(route(run) + "/rerun?from=" + from));
      return 0;
    }
  }

  /** {@code jobs backfill}. */
  @Command(
      name = "backfill",
      description = {
        "Makes the runs of a schedule's past that are not there yet or were skipped.",
        "It does so as a schedule of its own, which can be paused and removed."
      },
      footer = {
        "%nExample:",
        "  anabranch jobs backfill hourly-orders --from 2026-03-01T00:00Z --to 2026-03-08T00:00Z"
      })
  static final class Backfill implements Callable<Integer> {
    @Mixin private CommonOptions common;
    @Mixin private PlatformOptions options;

    @Parameters(paramLabel = "SCHEDULE", description = "its name")
    private String schedule;

    @Option(names = "--from", required = true, description = "first moment, UTC, inclusive")
    private String from;

    @Option(names = "--to", required = true, description = "last moment, UTC, exclusive")
    private String to;

    @Option(names = "--parallel", description = "runs at the same time (default: ${DEFAULT-VALUE})")
    private int parallel = 1;

    @Override
    public Integer call() {
      String range =
          "?from=%s&to=%s&parallel=%d".formatted(Rest.encoded(from), Rest.encoded(to), parallel);
      JsonNode answer =
          rest(options).post("/api/v1/schedules/" + Rest.encoded(schedule) + "/backfill" + range);
      System.out.print(common.json() ? Json.line(answer) + "\n" : ScheduleCommand.text(answer));
      return 0;
    }
  }
}
