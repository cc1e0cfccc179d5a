package io.anabranch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

class MainTest {
  @TempDir private Path folder;

  @BeforeEach
  void beInstalledSomewhere() {
    System.setProperty("anabranch.home", folder.toString());
  }

  @AfterEach
  void beNowhere() {
    System.clearProperty("anabranch.home");
  }

  @Test
  void unknownCommandIsWrongUsageWithAHint() {
    CommandRun run = CommandRun.of("statsu");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("statsu", "status");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void unknownOptionIsWrongUsageWithAHint() {
    CommandRun run = CommandRun.of("up", "--dat", "x");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("--data");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "batch",
        "dataset",
        "query",
        "verify",
        "quality",
        "erase",
        "role",
        "ingest",
        "sql",
        "jobs",
        "schedule",
        "spark-submit"
      })
  void commandWithoutItsArgumentIsWrongUsage(String command) {
    assertThat(CommandRun.of(command).status()).isEqualTo(2);
  }

  @Test
  void everyCommandExplainsItselfWithAnExample() {
    for (CommandLine command : Main.commandLine().getSubcommands().values()) {
      String help = command.getUsageMessage();
      assertThat(help).as(command.getCommandName()).contains("Example", "--help");
      assertThat(CommandRun.of(command.getCommandName(), "--help").status()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "status",
    "down",
    "verify x",
    "query x",
    "quality x",
    "erase x --resume",
    "schedule list",
    "jobs logs x",
    "batch run x",
    "ingest file -d x f.csv"
  })
  void commandOnAFolderWithoutPlatformSaysWhichCommandStartsIt(String command) {
    String line = command + " --data " + folder.resolve("none");
    CommandRun run = CommandRun.of(line.split(" "));
    assertThat(run.status()).isEqualTo(3);
    assertThat(run.err()).contains("start it with ./anabranch up");
  }

  @Test
  void aWordThatNamesAFileIsNotReplacedByWhatTheFileHolds() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "anabranch:SECRET");
    String none = folder.resolve("none").toString();
    for (String command : List.of("verify", "quality", "query", "ingest")) {
      CommandRun run = CommandRun.of(command, "@" + token, "--data", none);
      assertThat(run.status()).as(command).isEqualTo(3);
      assertThat(run.out() + run.err()).as(command).doesNotContain("SECRET");
    }
    Path options = Files.writeString(folder.resolve("options"), "--help");
    assertThat(CommandRun.of("batch", "run", "@" + options, "--data", none).status()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nightly", "weekly", "compact", "verify", "quality"})
  void theShippedWorkflowsGiveADatasetThatIsNeverAnOption(String kind) throws Exception {
    Path shipped = Path.of("../jobs/src/main/resources/io/anabranch/jobs/shipped");
    String flow = Files.readString(shipped.resolve(kind).resolve("workflow.xml"));
    for (String dataset : List.of("customer_orders", "--answer=x", "--help", "@x")) {
      String[] line =
          Pattern.compile("<argument>(.*)</argument>")
              .matcher(flow)
              .results()
              .map(argument -> argument.group(1).replace("${dataset}", dataset))
              .map(argument -> argument.replace("${config}", "a.conf"))
              .toArray(String[]::new);
      ParseResult parsed = Main.commandLine().parseArgs(line);
      while (parsed.hasSubcommand()) {
        parsed = parsed.subcommand();
      }
      assertThat(parsed.matchedPositionalValue(0, "")).as(kind).isEqualTo(dataset);
      assertThat(parsed.matchedOptionValue("--config", Path.of(""))).hasToString("a.conf");
      assertThat(parsed.isUsageHelpRequested()).isFalse();
      assertThat(parsed.hasMatchedOption("--full")).isEqualTo(kind.equals("weekly"));
    }
  }

  @Test
  void aSchemaThatMayNotFollowAnotherIsRefusedWithFieldAndRule() throws Exception {
    Path schemas = Path.of("../schemas/src/main").toAbsolutePath().normalize();
    String dataset = schemas.resolve("datasets/customer_orders.yaml").toString();
    Path former = folder.resolve("former.avsc");
    String text = Files.readString(schemas.resolve("avro/CustomerOrder.avsc"));
    Files.writeString(
        former,
        text.replace(
            "{\"name\": \"category\"",
            "{\"name\": \"colour\", \"type\": \"string\"},\n {\"name\": \"category\""));
    CommandRun run = CommandRun.of("dataset", "check", dataset, "--against", former.toString());
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .contains("former.avsc", "field 'colour'", "aliases")
        .doesNotContain("\tat ");
  }

  @Test
  void servingThatIsDownIsUnreachable() {
    Path data = folder.resolve("data");
    Instance.ensure(Home.current(), data);
    CommandRun run = CommandRun.of("query", "sales_by_country", "--data", data.toString());
    assertThat(run.status()).isEqualTo(3);
    assertThat(run.err()).contains("start it with ./anabranch up");
  }

  @Test
  void missingSettingsFileIsBadInput() {
    CommandRun run = CommandRun.of("status", "--config", folder.resolve("no.file").toString());
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("no.file");
  }

  @Test
  void folderThatCannotBeMadeIsRefused() {
    assertThat(CommandRun.of("up", "--data", "/proc/anabranch").status()).isEqualTo(3);
  }
}
