package io.anabranch.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Datasets;
import io.anabranch.schemas.NameLists;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CanonicalListTest {
  private final CanonicalList countries =
      CanonicalList.read(
          NameLists.file(DatasetPlanTest.SCHEMAS, "countries"),
          Datasets.load(DatasetPlanTest.SCHEMAS).named("customer_orders").lists().get("countries"));

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
  void tellsOfATextThatIsNoList() {
    Path file = Path.of("drinks.yaml");
    assertThatThrownBy(() -> CanonicalList.read(file, "Coffee: [bell \u0007]\n"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("drinks.yaml: no valid YAML");
  }

  @Test
  void keepsMissingTextsMissing() {
    assertThat(countries.canonical(null)).isNull();
    assertThat(countries.canonical("  ")).isEmpty();
  }
}
