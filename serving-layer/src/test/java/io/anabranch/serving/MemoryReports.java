package io.anabranch.serving;

import io.anabranch.schemas.Dataset;
import io.anabranch.serving.quality.QualityReports;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Quality reports in memory. */
public final class MemoryReports implements QualityReports {
  private final Map<String, Map<Long, String>> reports = new ConcurrentHashMap<>();
  private volatile boolean away;

  public void put(String dataset, long run, String report) {
    reports.computeIfAbsent(dataset, d -> new ConcurrentSkipListMap<>()).put(run, report);
  }

  /** A report of {@code customer_orders} that a batch run wrote; its number is 3. */
  public static String written() {
    try (InputStream in = MemoryReports.class.getResourceAsStream("customer_orders.json")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the store is away. */
  public void away(boolean isAway) {
    away = isAway;
  }

  private Map<Long, String> of(Dataset dataset) {
    if (away) {
      throw new UncheckedIOException(new IOException("connection refused"));
    }
    return reports.getOrDefault(dataset.name(), Map.of());
  }

  @Override
  public Optional<String> of(Dataset dataset, long run) {
    return Optional.ofNullable(of(dataset).get(run));
  }

  @Override
  public List<Long> runs(Dataset dataset) {
    return List.copyOf(of(dataset).keySet());
  }

  @Override
  public void close() {}
}
