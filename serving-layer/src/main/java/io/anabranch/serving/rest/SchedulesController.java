package io.anabranch.serving.rest;

import io.anabranch.jobs.Jobs;
import io.anabranch.jobs.store.Schedule;
import io.anabranch.jobs.time.OozieTime;
import io.anabranch.runtime.Problem;
import io.anabranch.serving.Sources;
import io.anabranch.serving.access.Access;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Schedules: coordinators in Oozie's format. */
@RestController
@RequestMapping("/api/v1/schedules")
final class SchedulesController {
  private static final int SHOWN = 5;

  /**
   * What to submit.
   *
   * @param app address of the folder of {@code coordinator.xml}: a path on the server or a URI
   * @param parameters properties over those of {@code job.properties}
   * @param user whose schedule it is where the instance has no users; {@code rest} by default
   */
  record SubmitRequest(String name, String app, Map<String, String> parameters, String user) {}

  /**
   * A schedule.
   *
   * @param next the next moments at which it is due; none if it is paused or its end has come
   * @param backfills the schedule whose past it makes up for, null if none
   * @param problem why it makes no runs though it is active; null unless its files are no longer
   *     valid
   */
  record ScheduleJson(
      String schedule,
      String app,
      String state,
      String user,
      Instant created,
      String backfills,
      List<Instant> next,
      Map<String, String> parameters,
      String problem) {}

  /** All schedules, in order of name. */
  record ScheduleList(List<ScheduleJson> schedules) {}

  private final NamedJobs named;
  private final Access access;
  private final Clock clock;

  SchedulesController(Sources sources, Access access) {
    this.access = access;
    this.named = new NamedJobs(sources);
    this.clock = sources.clock();
  }

  private ScheduleJson json(Schedule schedule, int count) {
    List<Instant> next = List.of();
    String problem = null;
    try {
      if (schedule.state() == Schedule.State.ACTIVE) {
        next = named.jobs().due(schedule, clock.instant(), count);
      }
    } catch (Problem noLongerValid) {
      problem = noLongerValid.getMessage();
    }
    return new ScheduleJson(
        schedule.name(),
        schedule.app(),
        RunJson.lower(schedule.state()),
        schedule.user(),
        schedule.created(),
        schedule.backfill().map(Schedule.Backfill::of).orElse(null),
        next,
        schedule.properties(),
        problem);
  }

  @GetMapping
  @Operation(summary = "All schedules, each with its next moment")
  ScheduleList schedules() {
    return new ScheduleList(
        named.jobs().schedules().stream().map(schedule -> json(schedule, 1)).toList());
  }

  @GetMapping("/{schedule}")
  @Operation(summary = "A schedule with its next moments")
  ScheduleJson schedule(@PathVariable("schedule") String name) {
    return json(named.schedule(name), SHOWN);
  }

  @PostMapping
  @Operation(
      summary = "Submits a coordinator, or a new version of one",
      description = "Its files are checked against Oozie's schemas, its workflow's too.")
  ScheduleJson submit(@RequestBody SubmitRequest request) {
    if (request.name() == null || request.app() == null) {
      throw Problem.badInput("'name' and 'app' must be given");
    }
    return json(
        named
            .jobs()
            .submit(
                new Jobs.Submission(
                    request.name(),
                    request.app(),
                    request.parameters() == null ? Map.of() : request.parameters(),
                    access.user(request.user() == null ? "rest" : request.user()))),
        SHOWN);
  }

  @DeleteMapping("/{schedule}")
  @Operation(summary = "Removes a schedule; its runs stay")
  ScheduleJson remove(@PathVariable("schedule") String name) {
    Schedule schedule = named.schedule(name);
    named.jobs().remove(name);
    return json(schedule, SHOWN);
  }

  @PostMapping("/{schedule}/pause")
  @Operation(summary = "Lets a schedule make and start no runs")
  ScheduleJson pause(@PathVariable("schedule") String name) {
    return json(named.jobs().pause(named.schedule(name).name()), SHOWN);
  }

  @PostMapping("/{schedule}/resume")
  @Operation(summary = "Lets a paused schedule go on; what it missed it catches up")
  ScheduleJson resume(@PathVariable("schedule") String name) {
    return json(named.jobs().resume(named.schedule(name).name()), SHOWN);
  }

  @PostMapping("/{schedule}/backfill")
  @Operation(
      summary = "Makes the runs of a schedule's past that are not there yet or were skipped",
      description = "From (inclusive) to (exclusive), at most so many at the same time.")
  ScheduleJson backfill(
      @PathVariable("schedule") String name,
      @RequestParam(name = "from") String from,
      @RequestParam(name = "to") String to,
      @RequestParam(name = "parallel", defaultValue = "1") int parallel) {
    Schedule schedule = named.schedule(name);
    return json(
        named.jobs().backfill(schedule.name(), instant(from), instant(to), parallel), SHOWN);
  }

  /** Oozie's form, or ISO 8601 with seconds, UTC. */
  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException notIso) {
      return OozieTime.parse(text);
    }
  }
}
