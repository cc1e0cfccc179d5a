package io.anabranch.hive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.Problem;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
  @Test
  void bothServicesRunUnlessOneIsNamed() {
    assertThat(Arguments.parse("--config", "f"))
        .returns(true, Arguments::metastore)
        .returns(true, Arguments::server);
    assertThat(Arguments.parse("--config", "f", "metastore"))
        .returns(true, Arguments::metastore)
        .returns(false, Arguments::server);
    assertThat(Arguments.parse("server", "--config", "f", "--parent", "7"))
        .returns(false, Arguments::metastore)
        .returns(true, Arguments::server)
        .returns(7L, arguments -> arguments.parent().getAsLong());
  }

  @Test
  void anythingElseIsWrongUsage() {
    String[][] wrong = {{}, {"--config"}, {"--config", "f", "both"}, {"server"}};
    for (String[] args : wrong) {
      assertThatExceptionOfType(Problem.class)
          .isThrownBy(() -> Arguments.parse(args))
          .withMessageStartingWith("Usage:")
          .returns(ExitStatus.BAD_INPUT, Problem::status);
    }
  }
}
