package io.anabranch.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sql}: a statement on clean rows and batch views, through HiveServer2. */
@Command(
    name = "sql",
    mixinStandardHelpOptions = true,
    description = "Runs SQL on clean rows and batch views, through HiveServer2.",
    footer = {
      "%nExamples:",
      "  anabranch sql \"select count(*) from customer_orders\"",
      "  anabranch sql --json \"select country, sum(revenue) from sales_by_country group by country\"",
    })
final class SqlCommand implements Callable<Integer> {
  @Mixin private PlatformOptions options;

  @Parameters(
      arity = "1..*",
      paramLabel = "STATEMENT",
      description = "the statement, and --json for JSON")
  private List<String> arguments;

  @Override
  public Integer call() {
    return new Launches(options.existing()).sql(arguments).runInForeground();
  }
}
