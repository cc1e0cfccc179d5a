package io.anabranch.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** What a schedule or a run is given. */
final class JobParameters {
  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "a property over those of job.properties; may be given several times")
  private Map<String, String> parameters = new LinkedHashMap<>();

  /** A request with these parameters and the name of the one who asks. */
  ObjectNode request() {
    ObjectNode request = Json.object();
    ObjectNode properties = request.putObject("parameters");
    parameters.forEach(properties::put);
    request.put("user", user());
    return request;
  }

  /** Who asks. */
  static String user() {
    return System.getProperty("user.name", "unknown");
  }

  /** The address of a folder or file, as the serving layer on this machine finds it. */
  static String address(String path) {
    return path.contains("://") ? path : Path.of(path).toAbsolutePath().normalize().toString();
  }
}
