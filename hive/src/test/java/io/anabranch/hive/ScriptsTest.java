package io.anabranch.hive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.hive.ql.parse.ParseDriver;
import org.apache.hadoop.hive.ql.parse.ParseException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScriptsTest {
  private static List<Path> scripts() throws IOException {
    try (Stream<Path> ddl = Files.list(Path.of("ddl"));
        Stream<Path> queries = Files.list(Path.of("queries"))) {
      return Stream.concat(ddl, queries)
          .filter(file -> file.toString().endsWith(".sql"))
          .sorted()
          .toList();
    }
  }

  /** What Beeline sends, with values for the variables. */
  private static List<String> statements(Path script) throws IOException {
    String text =
        Files.readAllLines(script).stream()
            .filter(line -> !line.startsWith("--"))
            .collect(Collectors.joining("\n"))
            .replaceAll("\\$\\{hivevar:\\w+}", "7");
    return Arrays.stream(text.split(";\\s*(\n|$)", -1)).filter(s -> !s.isBlank()).toList();
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void hiveReadsEveryStatement(Path script) throws IOException, ParseException {
    List<String> statements = statements(script);
    assertThat(statements).isNotEmpty();
    for (String statement : statements) {
      assertThat(new ParseDriver().parse(statement).getTree()).as(statement).isNotNull();
    }
  }
}
