package io.anabranch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code schedule}: when runs are due. */
@Command(
    name = "schedule",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Schedules: coordinators and workflows in Oozie's format (docs/schedules.md).",
      "Each dataset has five from the first start on: nightly, weekly, compact, quality, verify."
    },
    subcommands = {
      ScheduleCommand.Listing.class,
      ScheduleCommand.Show.class,
      ScheduleCommand.Submit.class,
      ScheduleCommand.Pause.class,
      ScheduleCommand.Resume.class,
      ScheduleCommand.Remove.class
    },
    footer = {
      "%nExamples:",
      "  anabranch schedule list",
      "  anabranch schedule submit hourly-orders my/schedule --set dataset=customer_orders",
      "  anabranch schedule pause nightly-customer_orders",
    })
final class ScheduleCommand extends Group {
  private static final String ROUTE = "/api/v1/schedules";

  private static String route(String schedule) {
    return ROUTE + "/" + Rest.encoded(schedule);
  }

  private static Rest rest(PlatformOptions options) {
    return Rest.of(options.existing());
  }

  /** A schedule for people. */
  static String text(JsonNode schedule) {
    List<String> next = new ArrayList<>();
    schedule.path("next").forEach(at -> next.add(at.asText()));
    return "%s is %s, %s%n%s"
        .formatted(
            schedule.path("schedule").asText(),
            schedule.path("state").asText(),
            next.isEmpty() ? "not due again" : "due next at " + String.join(", ", next),
            BatchCommand.summary(schedule.path("parameters")));
  }

  private static void print(CommonOptions common, JsonNode schedule) {
    System.out.print(common.json() ? Json.line(schedule) + "\n" : text(schedule));
  }

  /** {@code schedule list}. */
  @Command(
      name = "list",
      description = "Lists all schedules, each with the next moment at which it is due.",
      footer = {"%nExample:", "  anabranch schedule list"})
  static final class Listing implements Callable<Integer> {
    @Mixin private CommonOptions common;
    @Mixin private PlatformOptions options;

    @Override
    public Integer call() {
      JsonNode answer = rest(options).get(ROUTE, List.of());
      if (common.json()) {
        System.out.println(Json.line(answer));
        return 0;
      }
      TextTable table = new TextTable(List.of("schedule", "state", "next", "dataset", "app"));
      for (JsonNode schedule : answer.path("schedules")) {
        table.add(
            List.of(
                schedule.path("schedule").asText(),
                schedule.path("state").asText(),
                ObjectTable.text(schedule.path("next").path(0)),
                ObjectTable.text(schedule.path("parameters").path("dataset")),
                schedule.path("app").asText()));
      }
      System.out.print(table.render());
      return 0;
    }
  }

  /** A command on one schedule. */
  private abstract static class OfOne implements Callable<Integer> {
    @Mixin private CommonOptions common;
    @Mixin private PlatformOptions options;

    @Parameters(paramLabel = "SCHEDULE", description = "its name")
    private String schedule;

    /** Asks serving, and returns the schedule as it then is. */
    abstract JsonNode ask(Rest rest, String route);

    @Override
    public final Integer call() {
      print(common, ask(rest(options), route(schedule)));
      return 0;
    }
  }

  /** {@code schedule show}. */
  @Command(
      name = "show",
      description = "Shows a schedule: its properties and when it is due next.",
      footer = {"%nExample:", "  anabranch schedule show nightly-customer_orders"})
  static final class Show extends OfOne {
    @Override
    JsonNode ask(Rest rest, String route) {
      return rest.get(route, List.of());
    }
  }

  /** {@code schedule submit}. */
  @Command(
      name = "submit",
      description = {
        "Submits the coordinator of a folder, or a new version of the one of the same name.",
        "Its coordinator.xml and workflow.xml are checked against Oozie's schemas."
      },
      footer = {
        "%nExample:",
        "  anabranch schedule submit hourly-orders my/schedule --set dataset=customer_orders"
      })
  static final class Submit implements Callable<Integer> {
    @Mixin private CommonOptions common;
    @Mixin private PlatformOptions options;
    @Mixin private JobParameters parameters;

    @Parameters(index = "0", paramLabel = "SCHEDULE", description = "the name that it gets")
    private String schedule;

    @Parameters(
        index = "1",
        paramLabel = "FOLDER",
        description = "with coordinator.xml and job.properties; hdfs://... or on this machine")
    private String folder;

    @Override
    public Integer call() {
      ObjectNode request = parameters.request();
      request.put("name", schedule);
      request.put("app", JobParameters.address(folder));
      print(common, rest(options).post(ROUTE, request));
      return 0;
    }
  }

  /** {@code schedule pause}. */
  @Command(
      name = "pause",
      description = "Lets a schedule make and start no runs until it is resumed.",
      footer = {"%nExample:", "  anabranch schedule pause nightly-customer_orders"})
  static final class Pause extends OfOne {
    @Override
    JsonNode ask(Rest rest, String route) {
      return rest.post(route + "/pause");
    }
  }

  /** {@code schedule resume}. */
  @Command(
      name = "resume",
      description = "Lets a paused schedule go on; what it missed it catches up.",
      footer = {"%nExample:", "  anabranch schedule resume nightly-customer_orders"})
  static final class Resume extends OfOne {
    @Override
    JsonNode ask(Rest rest, String route) {
      return rest.post(route + "/resume");
    }
  }

  /** {@code schedule remove}. */
  @Command(
      name = "remove",
      description = "Removes a schedule; its runs stay.",
      footer = {"%nExample:", "  anabranch schedule remove verify-energy_readings"})
  static final class Remove extends OfOne {
    @Override
    JsonNode ask(Rest rest, String route) {
      return rest.delete(route);
    }
  }
}
