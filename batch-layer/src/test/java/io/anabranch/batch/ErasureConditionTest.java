package io.anabranch.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ErasureConditionTest {
  private final Dataset orders =
      Datasets.load(Path.of("../schemas/src/main")).named("customer_orders");

  @Test
  void identitiesAndConditionsAreJoinedByOr() {
    assertThat(
            ErasureCondition.of(
                orders, List.of("row_key=a,b", "row_key=it's \\ here"), Optional.of("age > 3")))
        .contains(
            "(age > 3) or (`row_key` = cast('a,b' as string))"
                + " or (`row_key` = cast('it\\'s \\\\ here' as string))");
    assertThat(ErasureCondition.of(orders, List.of(), Optional.empty())).isEmpty();
  }

  @Test
  void anIdentityWithoutItsFieldsIsRefused() {
    for (String wrong : List.of("abc", "customer_id=7", "")) {
      assertThatThrownBy(() -> ErasureCondition.of(orders, List.of(wrong), Optional.empty()))
          .isInstanceOf(Problem.class)
          .hasMessageContaining("write --identity row_key=...");
    }
  }
}
