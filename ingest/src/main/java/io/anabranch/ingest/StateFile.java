package io.anabranch.ingest;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;

/**
 * A small JSON file that always holds the old value or the new one: it is written beside, forced to
 * the disk and renamed into place.
 *
 * @param <T> a record
 */
final class StateFile<T extends Record> {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .addModule(instants())
          .build();

  private final Path path;
  private final Class<T> type;

  StateFile(Path path, Class<T> type) {
    this.path = path;
    this.type = type;
  }

  /**
   * The value; empty if none was ever written.
   *
   * @throws Problem status 2 if the file is there and cannot be understood
   */
  Optional<T> read() {
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(path.toFile(), type));
    } catch (IOException e) {
      throw Problem.badInput(
          path
              + " cannot be read ("
              + e.getMessage().lines().findFirst().orElse("")
              + "): delete it, and its source is taken from the beginning; repeats are dropped",
          e);
    }
  }

  /** Returns once the value would survive the machine's end. */
  void write(T value) throws IOException {
    Files.createDirectories(path.getParent());
    Path beside = path.resolveSibling(path.getFileName() + ".unfinished");
    try (FileChannel channel =
        FileChannel.open(
            beside,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(value));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static SimpleModule instants() {
    SimpleModule module = new SimpleModule();
    module.addSerializer(
        Instant.class, new com.fasterxml.jackson.databind.ser.std.ToStringSerializer());
    module.addDeserializer(
        Instant.class,
        new com.fasterxml.jackson.databind.deser.std.FromStringDeserializer<>(Instant.class) {
          @Override
          protected Instant _deserialize(
              String text, com.fasterxml.jackson.databind.DeserializationContext context) {
            return Instant.parse(text);
          }
        });
    return module;
  }
}
