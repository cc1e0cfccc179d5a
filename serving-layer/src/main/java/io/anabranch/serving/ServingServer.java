package io.anabranch.serving;

import io.anabranch.serving.rest.RestConfiguration;
import java.util.Map;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** REST and the page on loopback. */
public final class ServingServer implements AutoCloseable {
  private final ConfigurableApplicationContext context;

  private ServingServer(ConfigurableApplicationContext context) {
    this.context = context;
  }

  /**
   * Listens once everything is ready but the first reading of the stores; {@code /health} says when
   * that is done.
   *
   * @param host a name or address of this machine
   * @param port 0 for any free one
   */
  public static ServingServer start(
      Sources sources, ServingSettings settings, String host, int port) {
    return new ServingServer(
        new SpringApplicationBuilder(RestConfiguration.class)
            .web(WebApplicationType.SERVLET)
            .properties(Map.of("server.address", host, "server.port", port))
            .initializers(
                context -> {
                  GenericApplicationContext beans = (GenericApplicationContext) context;
                  beans.registerBean(Sources.class, () -> sources);
                  beans.registerBean(ServingSettings.class, () -> settings);
                })
            .registerShutdownHook(false)
            .run());
  }

  /** The port that it listens on. */
  public int port() {
    return ((WebServerApplicationContext) context).getWebServer().getPort();
  }

  @Override
  public void close() {
    context.close();
  }
}
