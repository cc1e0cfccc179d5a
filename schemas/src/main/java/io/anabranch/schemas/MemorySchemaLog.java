package io.anabranch.schemas;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A schema log in memory, for tests. */
public final class MemorySchemaLog implements SchemaLog {
  private final Map<String, SchemaHistory> histories = new ConcurrentHashMap<>();

  @Override
  public SchemaHistory history(Dataset dataset) {
    return histories.getOrDefault(dataset.name(), SchemaHistory.NONE);
  }

  @Override
  public SchemaHistory register(Dataset dataset) {
    return histories.compute(
        dataset.name(),
        (name, history) -> (history == null ? SchemaHistory.NONE : history).accept(dataset));
  }

  @Override
  public void close() {}
}
