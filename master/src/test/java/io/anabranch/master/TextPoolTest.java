package io.anabranch.master;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;

class TextPoolTest {
  private final TextPool pool = new TextPool();

  /** Texts of a few letters and any length, of which many differ in the middle alone. */
  @Property(tries = 200)
  void givesTheTextThatWasAskedFor(@ForAll long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      if (bytes.length > 0) {
        Arrays.fill(bytes, (byte) 'a');
        bytes[bytes.length / 2] = (byte) (random.nextInt(4) - 2);
      }
      int at = random.nextInt(bytes.length + 1);
      int length = random.nextInt(bytes.length - at + 1);

      assertThat(pool.text(bytes, at, length).getBytes())
          .isEqualTo(Arrays.copyOfRange(bytes, at, at + length));
    }
  }

  @Test
  void equalTextsAreOneObjectAndLongOnesAreNotKept() {
    assertThat(text("Denmark")).isSameAs(text("Denmark"));
    assertThat(text("United Kingdom")).isSameAs(text("United Kingdom"));
    assertThat(text("x".repeat(200))).isEqualTo(text("x".repeat(200)));
    assertThat(text("x".repeat(200))).isNotSameAs(text("x".repeat(200)));
  }

  private Binary text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return pool.text(bytes, 0, bytes.length);
  }
}
