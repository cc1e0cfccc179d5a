package io.anabranch.serving;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Made-up records; the same seed gives the same. */
public final class SampleRecords {
  private static final List<String> CATEGORIES =
      List.of("Kitchen", "Bags", "Light", "Decoration", "Storage", "Christmas");
  private static final List<String> COUNTRIES =
      List.of("United Kingdom", "Germany", "France", "Denmark", "Sweden", "Norway", "Spain");
  private static final List<String> AGES = List.of("Young", "Middle-aged", "Senior", "Unknown");
  private static final List<String> AREAS = List.of("DE", "DK1", "DK2", "NO2", "SE3");

  private final Random random;

  public SampleRecords(long seed) {
    random = new Random(seed);
  }

  /** Appends order lines of a number of days. */
  public void orders(MemoryRiver river, int count, Instant start, int days) {
    for (int i = 0; i < count; i++) {
      Instant time = start.plusSeconds(random.nextLong(Duration.ofDays(days).toSeconds()));
      river.append(random.nextInt(3), time.toString(), order());
    }
  }

  private Map<String, Object> order() {
    String category = skewed(CATEGORIES);
    int product = random.nextInt(4);
    long quantity = random.nextInt(20) == 0 ? -1 : 1 + random.nextInt(12);
    Map<String, Object> order = new HashMap<>();
    order.put("category", category);
    order.put("country", skewed(COUNTRIES));
    order.put("age_group", AGES.get(random.nextInt(AGES.size())));
    order.put("product_id", "P-" + category.charAt(0) + product);
    order.put("product_name", category + " no. " + product);
    order.put("quantity", quantity);
    order.put("total_amount", quantity * (2_000 + 750L * product));
    order.put("customer_id", "C" + random.nextInt(500));
    return order;
  }

  /** Appends one reading an hour for each area. */
  public void readings(MemoryRiver river, Instant start, int hours) {
    for (int hour = 0; hour < hours; hour++) {
      for (int area = 0; area < AREAS.size(); area++) {
        double wave = Math.sin(hour / 24.0 * 2 * Math.PI + area);
        Map<String, Object> reading = new HashMap<>();
        reading.put("price_area", AREAS.get(area));
        reading.put("consumption", Math.round((2_100 + 700 * wave) * 1e6));
        reading.put("production", Math.round((1_900 - 500 * wave) * 1e6));
        reading.put(
            "spot_price", Math.round((520 + 300 * wave + 60 * random.nextGaussian()) * 1e6));
        river.append(area % 2, start.plus(Duration.ofHours(hour)).toString(), reading);
      }
    }
  }

  private String skewed(List<String> values) {
    return values.get((int) (values.size() * random.nextDouble() * random.nextDouble()));
  }
}
