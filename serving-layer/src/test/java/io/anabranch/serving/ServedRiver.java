package io.anabranch.serving;

import io.anabranch.serving.standing.TopicOffsets;
import io.anabranch.serving.verify.Recompute;
import io.anabranch.views.OffsetRange;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** A serving layer over a river in memory, on a free port. */
public final class ServedRiver implements AutoCloseable {
  public final RestClient rest;
  public final URI base;
  private final ServingServer server;

  public ServedRiver(MemoryRiver... rivers) {
    this(
        (dataset, moment) -> {
          throw new UnsupportedOperationException();
        },
        rivers);
  }

  /** Rivers that share their stores. */
  public ServedRiver(Recompute recompute, MemoryRiver... rivers) {
    MemoryRiver first = rivers[0];
    Sources sources =
        new Sources(
            MemoryRiver.DATASETS,
            first.catalog,
            first.store,
            topics(rivers),
            first.master,
            first.quality,
            recompute,
            Clock.fixed(MemoryRiver.APPENDED.plusSeconds(2), ZoneOffset.UTC));
    server =
        ServingServer.start(
            sources,
            new ServingSettings(
                Path.of("anabranch"), Duration.ofSeconds(8), Duration.ofMinutes(1), 32, 100_000),
            "127.0.0.1",
            0);
    base = URI.create("http://127.0.0.1:" + server.port() + "/");
    rest = new RestClient(base);
  }

  private static TopicOffsets topics(MemoryRiver... rivers) {
    return new TopicOffsets() {
      @Override
      public Optional<Map<Integer, OffsetRange>> of(String topic) {
        return Arrays.stream(rivers).flatMap(river -> river.of(topic).stream()).findFirst();
      }

      @Override
      public void close() {}
    };
  }

  /** Ends the server, as if its process died. */
  public void stop() {
    server.close();
  }

  @Override
  public void close() {
    stop();
  }
}
