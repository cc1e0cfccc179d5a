package io.anabranch.jobs.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.runtime.Problem;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExpressionsTest {
  private final Expressions expressions =
      Expressions.of(Map.of("name", "river", "count", "3", "none", ""));

  @Test
  void variablesStandInTexts() {
    assertThat(expressions.text("a ${name}-${count} #{x} $y")).isEqualTo("a river-3 #{x} $y");
    assertThat(expressions.text("${concat(name, '/x')}")).isEqualTo("river/x");
    assertThat(expressions.text("${firstNotNull(none, 'other')}")).isEqualTo("other");
    assertThat(expressions.text("${wf:conf('name')}")).isEqualTo("river");
    assertThat(expressions.text("${2 * MB}")).isEqualTo("2097152");
    assertThat(expressions.text("${coord:days(7)}")).isEqualTo("DAYS(7)");
  }

  @Test
  void predicatesHoldOrNot() {
    assertThat(expressions.holds("${count gt 2 && name eq 'river'}")).isTrue();
    assertThat(expressions.holds("${name eq 'lake'}")).isFalse();
    assertThat(expressions.holds("true")).isTrue();
  }

  @Test
  void whatIsNotThereIsTold() {
    assertThatThrownBy(() -> expressions.text("${nobody}"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("'nobody' is not set");
    assertThatThrownBy(() -> expressions.text("${wf:nothing()}"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("wf:nothing");
    assertThatThrownBy(() -> expressions.text("${wf:id()}"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("wf: can only be asked for in a workflow");
    assertThatThrownBy(() -> expressions.text("${name")).isInstanceOf(Problem.class);
  }
}
