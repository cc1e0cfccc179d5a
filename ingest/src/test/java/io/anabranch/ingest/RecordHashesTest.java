package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RecordHashesTest {
  @Property(tries = 20)
  void answersWhatASetOfTheSameHashesWould(@ForAll long seed) {
    Random random = new Random(seed);
    RecordHashes set = new RecordHashes();
    Set<ByteBuffer> expected = new HashSet<>();

    for (int i = 0; i < 20_000; i++) {
      ByteBuffer hash =
          ByteBuffer.allocate(16).putLong(random.nextInt(100) - 50).putLong(random.nextInt(100));
      hash.flip();
      assertThat(set.add(hash)).isEqualTo(expected.add(hash));
    }
  }

  @Test
  void moreHashesThanTheHeapHoldsAreTold() throws Exception {
    Process little =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx24m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                LittleHeap.class.getName())
            .redirectErrorStream(true)
            .start();
    String told = new String(little.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(told).isEqualToIgnoringNewLines(LittleHeap.HASHES + " and " + LittleHeap.HASHES);
    assertThat(little.waitFor()).isZero();
  }

  /** Adds hashes twice, and tells how many were new and how many were not. */
  static final class LittleHeap {
    /** At 16 bytes each twice what the heap holds. */
    private static final int HASHES = 3 << 20;

    private LittleHeap() {}

    public static void main(String[] arguments) {
      RecordHashes set = new RecordHashes();
      System.out.println(added(set) + " and " + (HASHES - added(set)));
    }

    private static int added(RecordHashes set) {
      Random random = new Random(1);
      int added = 0;
      for (int i = 0; i < HASHES; i++) {
        ByteBuffer hash = ByteBuffer.allocate(16).putLong(random.nextLong()).putLong(i).flip();
        added += set.add(hash) ? 1 : 0;
      }
      return added;
    }
  }
}
