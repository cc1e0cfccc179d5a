package io.anabranch.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code sql}: a statement on clean rows and batch views, through HiveServer2, or on merged views.
 */
@Command(
    name = "sql",
    mixinStandardHelpOptions = true,
    description =
        "Runs SQL: on clean rows and batch views through HiveServer2, or with --merged on what the"
            + " serving layer merges of both layers.",
    footer = {
      "%nExamples:",
      "  anabranch sql \"select count(*) from customer_orders\"",
      "  anabranch sql --json \"select country, sum(revenue) from sales_by_country group by country\"",
      "  anabranch sql --merged \"select country, sum(revenue) from"
          + " customer_orders.sales_by_country group by country\"",
      "  anabranch sql --merged \"select * from table(cells('sales_by_category',"
          + " 'by=category&grain=P1M'))\"",
    })
final class SqlCommand implements Callable<Integer> {
  @Mixin private PlatformOptions options;

  @Option(
      names = "--merged",
      description = "ask the serving layer: views merged of both layers, as tables dataset.view")
  private boolean merged;

  @Option(
      names = "--as-of",
      paramLabel = "MOMENT",
      description =
          "with --merged: as_of of an earlier answer's provenance, to read it again; one of a dataset")
  private List<String> asOf = List.of();

  @Option(
      names = "--inexact",
      paramLabel = "refuse|allow",
      description =
          "with --merged: whether an answer that lacks records is given (default: refuse)")
  private String inexact;

  @Parameters(
      arity = "1..*",
      paramLabel = "STATEMENT",
      description = "the statement, and --json or --csv")
  private List<String> arguments;

  @Override
  public Integer call() {
    Instance instance = options.existing();
    return merged
        ? new MergedQuery(instance).print(arguments, asOf, inexact)
        : new Launches(instance).sql(arguments).runInForeground();
  }
}
