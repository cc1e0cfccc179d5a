package io.anabranch.views;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.WithNull;
import org.junit.jupiter.api.Test;

final class CellKeyTest {
  private static final ViewId VIEW = new ViewId(0xCAFEBABE);

  @Property
  void readsBackBucketAndDimensions(
      @ForAll long bucket, @ForAll @Size(max = 4) List<@WithNull String> dimensions) {
    // Lone surrogates have no UTF-8 form; they are no text.
    List<String> texts =
        dimensions.stream().map(d -> d == null ? null : d.replaceAll("\\p{Cs}", "")).toList();
    CellKey key = CellKey.of(VIEW, bucket, texts.toArray(String[]::new));
    assertThat(key.bucket()).isEqualTo(bucket);
    assertThat(key.dimensions()).isEqualTo(texts);
    assertThat(CellKey.ofBytes(key.bytes())).isEqualTo(key).hasSameHashCodeAs(key);
  }

  @Property
  void ordersByBucketWithinASalt(@ForAll long a, @ForAll long b) {
    byte[] first = CellKey.scanBound(1, VIEW, a);
    byte[] second = CellKey.scanBound(1, VIEW, b);
    assertThat(Integer.signum(Arrays.compareUnsigned(first, second)))
        .isEqualTo(Integer.signum(Long.compare(a, b)));
  }

  @Test
  void tellsDimensionsApartThatLookAlike() {
    assertThat(CellKey.of(VIEW, 0, new String[] {"a", "b"}))
        .isNotEqualTo(CellKey.of(VIEW, 0, new String[] {"ab", ""}))
        .isNotEqualTo(CellKey.of(VIEW, 0, new String[] {"a\0\1", "b"}));
    assertThat(CellKey.of(VIEW, 0, new String[] {null}))
        .isNotEqualTo(CellKey.of(VIEW, 0, new String[] {""}));
  }
}
