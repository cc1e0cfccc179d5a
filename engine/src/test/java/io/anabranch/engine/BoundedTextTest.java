package io.anabranch.engine;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.views.CellKey;
import io.anabranch.views.ViewId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundedTextTest {
  private static final int MOST_ROW_BYTES = Short.MAX_VALUE;

  @Test
  void leavesATextThatFits() {
    List<String> texts = Arrays.asList("", "x".repeat(2_000), "\u00e5".repeat(1_000), null);
    assertThat(dimensions(texts, 1)).isEqualTo(texts);
    List<String> keys = Arrays.asList("x".repeat(32_000), null);
    assertThat(select(BoundedText.key(col("value")), keys)).isEqualTo(keys);
  }

  @Test
  void anEmptyKeyIsNone() {
    assertThat(select(BoundedText.key(col("value")), Arrays.asList("", " ")))
        .containsExactly(null, " ");
  }

  @Test
  void takesTheBeginningAndTheHashOfALongerOne() {
    String bytes = "x".repeat(2_001);
    String characters = "\u00e5".repeat(1_001);
    String pairs = "\uD83D\uDE00".repeat(501);
    assertThat(dimensions(List.of(bytes, characters, pairs), 8))
        .containsExactly(
            "x".repeat(400) + "…" + sha256(bytes),
            "\u00e5".repeat(400) + "…" + sha256(characters),
            "\uD83D\uDE00".repeat(400) + "…" + sha256(pairs));
    String key = "x".repeat(32_001);
    assertThat(select(BoundedText.key(col("value")), List.of(key)))
        .containsExactly("x".repeat(400) + "…" + sha256(key));
  }

  @Test
  void keepsDifferentTextsApart() {
    String common = "x".repeat(900_000);
    assertThat(dimensions(List.of(common + "a", common + "b", common), 1)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 9, 16, 20, 100, 238, 300})
  void fitsAllOfAViewIntoAKey(int dimensions) {
    int most = Math.min(2_000, 16_000 / dimensions);
    List<String> texts =
        List.of(
            "\u0000".repeat(most),
            "\u0000".repeat(900_000),
            "\uD83D\uDE00".repeat(most / 4),
            "\uD83D\uDE00".repeat(200_000));
    for (String text : dimensions(texts, dimensions)) {
      String[] all = Collections.nCopies(dimensions, text).toArray(String[]::new);
      assertThat(CellKey.of(new ViewId(1), 0, all).bytes()).hasSizeLessThan(MOST_ROW_BYTES);
    }
  }

  private static List<String> dimensions(List<String> texts, int dimensions) {
    return select(BoundedText.dimension(col("value"), dimensions), texts);
  }

  private static List<String> select(Column column, List<String> texts) {
    return TestSession.get()
        .createDataset(texts, Encoders.STRING())
        .select(column)
        .collectAsList()
        .stream()
        .map((Row row) -> row.getString(0))
        .toList();
  }

  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
