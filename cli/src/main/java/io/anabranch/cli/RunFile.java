package io.anabranch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the supervisor says of a role, in {@code run/<role>.json}.
 *
 * @param role its name
 * @param pid its process, 0 if there was none yet
 * @param address where it is reached, for people
 * @param started when its process started
 * @param restarts how often it was started anew since {@code up}
 * @param state what it does now
 * @param lastExit the exit status of its last process that ended
 */
record RunFile(
    String role,
    long pid,
    String address,
    Instant started,
    int restarts,
    RoleState state,
    OptionalInt lastExit) {

  /** Reads the file of a role; empty if there is none or if it is no run file. */
  static Optional<RunFile> read(Path file) {
    try {
      JsonNode json = Json.parse(Files.readString(file));
      return Optional.of(
          new RunFile(
              json.path("role").asText(),
              json.path("pid").asLong(),
              json.path("address").asText(),
              Instant.parse(json.path("started").asText()),
              json.path("restarts").asInt(),
              RoleState.of(json.path("state").asText()),
              json.path("last_exit").isNumber()
                  ? OptionalInt.of(json.path("last_exit").asInt())
                  : OptionalInt.empty()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | RuntimeException broken) {
      System.err.println("anabranch: ignoring the broken run file " + file + ": " + broken);
      return Optional.empty();
    }
  }

  /** Replaces the file at once, so that a reader never sees half of it. */
  void write(Path file) throws IOException {
    ObjectNode json = Json.object();
    json.put("role", role);
    json.put("pid", pid);
    json.put("address", address);
    json.put("started", started.toString());
    json.put("restarts", restarts);
    json.put("state", state.label());
    lastExit.ifPresentOrElse(exit -> json.put("last_exit", exit), () -> json.putNull("last_exit"));
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(beside, Json.line(json) + "\n");
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** The role's process, if it lives. */
  Optional<LiveProcess> process() {
    return pid == 0 ? Optional.empty() : LiveProcess.find(pid, started);
  }
}
