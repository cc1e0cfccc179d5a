package io.anabranch.runtime;

import java.net.URI;

/**
 * The section {@code history}: Spark's History Server.
 *
 * @param enabled whether {@code up} starts it
 * @param address where it listens, {@code http://host:port}
 */
public record HistorySettings(
    @Default("false") boolean enabled, @Default("http://127.0.0.1:18080") URI address) {
  public HistorySettings {
    if (address.getHost() == null || address.getPort() < 1) {
      throw new IllegalArgumentException(
          "Invalid address: %s (must be http://HOST:PORT)".formatted(address));
    }
  }

  /** The page of an application, which is there while the History Server runs. */
  public URI page(String application) {
    return address.resolve("/history/" + application + "/jobs/");
  }
}
