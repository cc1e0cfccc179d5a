package io.anabranch.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.runtime.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CanonicalListTest {
  private final CanonicalList countries =
      CanonicalList.read(Path.of("../schemas/src/main/lists/countries.yaml"));

  @Test
  void ignoresCaseAccentsAndBlanks() {
    assertThat(countries.canonical("  united   KINGDOM ")).isEqualTo("United Kingdom");
    assertThat(countries.canonical("osterreich")).isEqualTo("Austria");
    assertThat(countries.canonical("eire")).isEqualTo("Ireland");
  }

  @Test
  void findsTheUniqueClosestName() {
    assertThat(countries.canonical("Germny")).isEqualTo("Germany");
    assertThat(countries.canonical("Unietd Kingdom")).isEqualTo("United Kingdom");
    assertThat(countries.canonical("Dnemark")).isEqualTo("Denmark");
    assertThat(countries.canonical("Spian")).isEqualTo("Spain");
  }

  @Test
  void leavesWhatIsNearNoNameOrNearTwo() {
    assertThat(countries.canonical(" Atlantis ")).isEqualTo("Atlantis");
    assertThat(countries.canonical("UX")).isEqualTo("UX");
    CanonicalList twins = CanonicalList.of(Map.of("abcdef", List.of(), "abcdeg", List.of()));
    assertThat(twins.canonical("abcdeh")).isEqualTo("abcdeh");
  }

  @Test
  void tellsOfAFileThatIsNoTextInUtf8(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("drinks.yaml");
    Files.writeString(file, "Coffee: [caf\u00e9]\n", StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> CanonicalList.read(file))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("drinks.yaml: no valid YAML in UTF-8");
  }

  @Test
  void keepsMissingTextsMissing() {
    assertThat(countries.canonical(null)).isNull();
    assertThat(countries.canonical("  ")).isEmpty();
  }
}
