package io.anabranch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.runtime.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What runs on a data folder, and how far each dataset is.
 *
 * @param services the supervisor and every role of the distribution
 * @param datasets as serving tells them; empty while it does not answer
 */
record StatusReport(List<ServiceStatus> services, List<JsonNode> datasets) {
  StatusReport {
    services = List.copyOf(services);
    datasets = List.copyOf(datasets);
  }

  /**
   * One line of the report.
   *
   * @param service its role
   * @param state a {@link RoleState}, or {@code dead} for a process that is gone unnoticed
   * @param pid 0 if it has no process
   * @param address where it is reached
   * @param restarts since the last {@code up}
   */
  record ServiceStatus(String service, String state, long pid, String address, int restarts) {}

  /** Looks at run files and processes, and asks serving. */
  static StatusReport of(Instance instance) {
    List<ServiceStatus> services = new ArrayList<>();
    services.add(service(instance.data(), Supervisor.ROLE));
    for (PlatformRole role : Services.present(instance)) {
      services.add(service(instance.data(), role.id()));
    }
    boolean serves =
        services.stream().anyMatch(s -> s.service().equals("serving") && s.state().equals("ready"));
    return new StatusReport(services, serves ? datasets(instance) : List.of());
  }

  private static ServiceStatus service(DataFolder data, String role) {
    Optional<RunFile> file = RunFile.read(data.runFile(role));
    if (file.isEmpty()) {
      return new ServiceStatus(role, RoleState.STOPPED.label(), 0, "", 0);
    }
    RunFile run = file.get();
    boolean alive = run.process().isPresent();
    boolean expected =
        switch (run.state()) {
          case STARTING, READY, UNREADY -> true;
          case WAITING, BACKOFF, FAILED, STOPPED -> false;
        };
    String state = expected && !alive ? "dead" : run.state().label();
    return new ServiceStatus(role, state, alive ? run.pid() : 0, run.address(), run.restarts());
  }

  private static List<JsonNode> datasets(Instance instance) {
    try {
      return DatasetProgress.list(Rest.of(instance));
    } catch (Problem unreachable) {
      Words.say(unreachable.getMessage());
      return List.of();
    }
  }

  /** Whether every service serves. */
  boolean allReady() {
    return services.stream().allMatch(service -> service.state().equals("ready"));
  }

  ObjectNode toJson() {
    ObjectNode json = Json.object();
    ArrayNode list = json.putArray("services");
    for (ServiceStatus service : services) {
      list.addObject()
          .put("service", service.service())
          .put("state", service.state())
          .put("pid", service.pid())
          .put("address", service.address())
          .put("restarts", service.restarts());
    }
    json.putArray("datasets").addAll(datasets);
    return json;
  }

  /** The report as tables. */
  String toText() {
    TextTable table = new TextTable(List.of("service", "state", "pid", "restarts", "address"));
    for (ServiceStatus service : services) {
      table.add(
          List.of(
              service.service(),
              service.state(),
              service.pid() == 0 ? "" : Long.toString(service.pid()),
              Integer.toString(service.restarts()),
              service.address()));
    }
    if (datasets.isEmpty()) {
      return table.render();
    }
    TextTable progress =
        new TextTable(
            List.of("dataset", "version", "topic_end", "applied", "lag_ms", "exact", "missing"));
    for (JsonNode dataset : datasets) {
      progress.add(
          List.of(
              dataset.path("dataset").asText(),
              dataset.path("version").asText(),
              Long.toString(DatasetProgress.total(dataset.path("topic_end"))),
              Long.toString(DatasetProgress.total(dataset.path("applied"))),
              dataset.path("lag_ms").asText(),
              dataset.path("exact").asText(),
              missing(dataset)));
    }
    return table.render() + "\n" + progress.render();
  }

  /** Partition and offsets of what answers lack, the end exclusive: {@code 0:17-90 2:0-12}. */
  private static String missing(JsonNode dataset) {
    return dataset
        .path("missing")
        .valueStream()
        .map(
            range ->
                "%s:%s-%s"
                    .formatted(
                        range.path("partition").asText(),
                        range.path("from").asText(),
                        range.path("to").asText()))
        .collect(Collectors.joining(" "));
  }
}
