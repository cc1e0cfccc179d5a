package io.anabranch.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.anabranch.master.HdfsMasterStore;
import io.anabranch.master.MasterFile;
import io.anabranch.master.MasterStore;
import io.anabranch.master.MasterWriter;
import io.anabranch.master.RecordDecoder;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import io.anabranch.schemas.Wire;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.avro.generic.GenericData;

/**
 * What a record costs from the bytes that Kafka's consumer gives to a master file: decoding,
 * Parquet, and the writing to a local folder instead of HDFS. It counts the CPU time of the whole
 * process, collector and compiler included, which other load on the machine hardly moves. Run from
 * the repository's root; prints a line a round, the first ones while the JVM is still warming up.
 */
final class ArchiveCost {
  private static final int VALUES = 200_000;
  private static final int RECORDS = 400_000;
  private static final int ROUNDS = 6;
  private static final int WARM_FROM = 3;
  private static final LocalDate DAY = LocalDate.EPOCH;

  private final Dataset dataset =
      Datasets.load(Path.of("schemas/src/main")).named("customer_orders");
  private final RecordDecoder decoder = new RecordDecoder(dataset, List.of());
  private final byte[][] values = values();

  private ArchiveCost() {}

  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("archive-cost");
    ArchiveCost archive = new ArchiveCost();
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    double[] costs = new double[ROUNDS];
    try (MasterStore store = HdfsMasterStore.connect(folder.toUri(), folder.toString())) {
      for (int round = 0; round < ROUNDS; round++) {
        long before = system.getProcessCpuTime();
        MasterFile file = archive.write(store, (long) round * RECORDS);
        costs[round] = (system.getProcessCpuTime() - before) / 1000.0 / RECORDS;
        Path written = Path.of(folder.toString(), "master/customer_orders", file.name());
        System.out.printf(
            Locale.ROOT,
            "round %d: %.2f us CPU a record, %.1f bytes a record%n",
            round,
            costs[round],
            (double) Files.size(written) / RECORDS);
        Files.delete(written);
      }
    }
    double[] warm = Arrays.stream(costs).skip(WARM_FROM).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "warm: median %.2f us CPU a record, %.2f to %.2f%n",
        warm[warm.length / 2],
        warm[0],
        warm[warm.length - 1]);
  }

  private MasterFile write(MasterStore store, long first) throws Exception {
    try (MasterWriter writer = store.open(dataset, 0, first, DAY)) {
      for (int i = 0; i < RECORDS; i++) {
        // A copy, as the consumer gives each record an array of its own.
        byte[] value = values[i % VALUES].clone();
        writer.append(decoder.decode(value), first + i, 1_760_000_000_000L + i / 250);
      }
      return writer.commit(first + RECORDS);
    }
  }

  /** Orders as the dataset file's section {@code generate} makes them, about. */
  private byte[][] values() {
    Random random = new Random(1);
    String[] names = pool(random, 14);
    String[] addresses = pool(random, 42);
    String[] countries = {"United Kingdom", "Germany", "France", "Denmark", "Sweden", "Norway"};
    byte[][] made = new byte[VALUES][];
    for (int i = 0; i < VALUES; i++) {
      int product = random.nextInt(20);
      int quantity = 1 + random.nextInt(12);
      BigDecimal price = BigDecimal.valueOf(4000 + 1250L * product, 3);
      GenericData.Record order = new GenericData.Record(dataset.schema());
      order.put("row_key", String.format(Locale.ROOT, "L-deadbeef-%09d", i));
      order.put(
          "customer_id", String.format(Locale.ROOT, "C%05d", 10_000 + random.nextInt(10_000)));
      order.put("customer_name", names[random.nextInt(names.length)]);
      order.put("age", 18 + random.nextInt(72));
      order.put("country", countries[random.nextInt(countries.length)]);
      order.put("registration_date", 18_000 + random.nextInt(5) * 200);
      order.put("order_date", 1_767_225_600_000L + 500L * i);
      order.put("quantity", quantity);
      order.put("total_amount", price.multiply(BigDecimal.valueOf(quantity)));
      order.put("product_id", "P-" + (1000 + product));
      order.put("product_name", "Product of some name " + product);
      order.put("category", "Category " + product % 6);
      order.put("price", price);
      order.put("shipping_address", addresses[random.nextInt(addresses.length)]);
      order.put("shipping_date", 20_454 + i / 172_800 + random.nextInt(5));
      made[i] = Wire.encode(order);
    }
    return made;
  }

  private static String[] pool(Random random, int length) {
    String[] texts = new String[1000];
    Arrays.setAll(
        texts,
        i ->
            random
                .ints(length, 'a', 'z')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString());
    return texts;
  }
}
