package io.anabranch.serving;

import io.anabranch.serving.verify.Recompute;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;

/** A serving layer over a river in memory, on a free port. */
public final class ServedRiver implements AutoCloseable {
  public final RestClient rest;
  public final URI base;
  private final ServingServer server;

  public ServedRiver(MemoryRiver river) {
    this(
        river,
        dataset -> {
          throw new UnsupportedOperationException();
        });
  }

  public ServedRiver(MemoryRiver river, Recompute recompute) {
    Sources sources =
        new Sources(
            MemoryRiver.DATASETS,
            river.catalog,
            river.store,
            river,
            recompute,
            Clock.fixed(MemoryRiver.APPENDED.plusSeconds(2), ZoneOffset.UTC));
    server =
        ServingServer.start(
            sources,
            new ServingSettings(
                Path.of("anabranch"), Duration.ofSeconds(8), Duration.ofMinutes(1), 32, 1_000),
            "127.0.0.1",
            0);
    base = URI.create("http://127.0.0.1:" + server.port() + "/");
    rest = new RestClient(base);
  }

  @Override
  public void close() {
    server.close();
  }
}
