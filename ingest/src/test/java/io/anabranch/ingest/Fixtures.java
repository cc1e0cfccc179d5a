package io.anabranch.ingest;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Datasets;
import io.anabranch.views.Catalog;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** What tests start from. */
final class Fixtures {
  static final Path SCHEMAS = Path.of("../schemas/src/main");
  static final Datasets DATASETS = Datasets.load(SCHEMAS);

  /** What a service that is away says. */
  static final String AWAY = "HBase does not answer";

  private Fixtures() {}

  /** Settings of a process of that name, whose files are closed at that size. */
  static IngestSettings settings(String group, String instance, long maxFileBytes) {
    return new IngestSettings(
        0, instance, group, 1, Duration.ofSeconds(1), maxFileBytes, Duration.ofDays(1), 1);
  }

  /** A catalog that answers, but is away as soon as an epoch is to be recorded. */
  static Catalog withoutEpochs(Catalog catalog) {
    return (Catalog)
        Proxy.newProxyInstance(
            Catalog.class.getClassLoader(),
            new Class<?>[] {Catalog.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("recordEpoch")) {
                throw Problem.unreachable(AWAY);
              }
              return method.invoke(catalog, arguments);
            });
  }

  /** A copy of the datasets' folder, for tests that change it. */
  static Path copyOfSchemas(Path copy) throws IOException {
    try (Stream<Path> files = Files.walk(SCHEMAS)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = copy.resolve(SCHEMAS.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
    return copy;
  }
}
