package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

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
}
