package io.anabranch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Datasets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dataset}: work on dataset files. */
@Command(
    name = "dataset",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Checks dataset files and shows what comes of them.",
    subcommands = {DatasetCommand.Check.class, DatasetCommand.Ddl.class},
    footer = {
      "%nExamples:",
      "  anabranch dataset check schemas/src/main/datasets/customer_orders.yaml",
      "  anabranch dataset ddl schemas/src/main/datasets/customer_orders.yaml"
    })
final class DatasetCommand extends Group {
  /** The schemas folder that a dataset file stands in. */
  static Path schemasOf(Path file) {
    Path folder = file.toAbsolutePath().normalize().getParent().getParent();
    return folder == null ? Path.of("/") : folder;
  }

  /** The file that a subcommand is about, which nothing needs to run for. */
  static final class FileOptions {
    @Parameters(paramLabel = "FILE", description = "the dataset file")
    private Path file;

    @Option(
        names = "--schemas",
        paramLabel = "DIR",
        description =
            "folder with avro/ and lists/ (default: the one that holds the file's folder)")
    private Path schemas;

    private void require() {
      if (!Files.isRegularFile(file)) {
        throw Problem.badInput(file + " is no file: name a dataset file");
      }
    }

    private Path folder() {
      return schemas == null ? schemasOf(file) : schemas;
    }

    /** The batch layer's task on the file. */
    private Job job(String task, Instance instance) {
      List<String> arguments = new ArrayList<>(List.of(task, file.toAbsolutePath().toString()));
      if (schemas != null) {
        arguments.addAll(List.of("--schemas", schemas.toAbsolutePath().toString()));
      }
      return BatchCommand.job(instance, new Launches(instance).batchHere(arguments));
    }
  }

  /** {@code dataset check}. */
  @Command(
      name = "check",
      description = {
        "Checks a dataset file, its schema and its expressions. Nothing needs to run.",
        "Tells file:line:column and what to write instead; exit status 2 if something is wrong.",
        "With --against, also whether the schema may follow former ones: what a producer is"
            + " checked for before its first record."
      },
      footer = {
        "%nExample:",
        "  anabranch dataset check schemas/src/main/datasets/customer_orders.yaml",
        "  git show HEAD:schemas/src/main/avro/CustomerOrder.avsc > /tmp/former.avsc",
        "  anabranch dataset check schemas/src/main/datasets/customer_orders.yaml"
            + " --against /tmp/former.avsc"
      })
  static final class Check implements Callable<Integer> {
    @Mixin private CommonOptions common;

    @Mixin private FileOptions given;

    @Option(
        names = "--against",
        arity = "1..*",
        paramLabel = "FILE_OR_SCHEMA",
        description = "former schemas (.avsc), or dataset files in folders of their own")
    private List<Path> against = List.of();

    @Override
    public Integer call() throws IOException {
      given.require();
      ArrayNode former = against.isEmpty() ? Json.object().arrayNode() : checkAgainst();
      Path scratch = Files.createTempDirectory("anabranch-check");
      Instance instance = Instance.ensure(Home.current(), scratch);
      Job.Outcome outcome = given.job("check", instance).run();
      if (outcome.status() > 2 || outcome.status() < 0) {
        Words.say("the check itself failed; its log is in " + instance.data().log("x").getParent());
        return outcome.status();
      }
      FolderRemoval.remove(scratch);
      if (common.json()) {
        JsonNode result =
            outcome
                .result()
                .orElseGet(
                    () -> Json.object().put("file", given.file.toString()).put("valid", false));
        if (result instanceof ObjectNode object && !against.isEmpty()) {
          object.set("against", former);
        }
        System.out.println(Json.line(result));
      } else if (outcome.status() == 0) {
        System.out.println(given.file + ": no errors");
      }
      return outcome.status();
    }

    private ArrayNode checkAgainst() {
      try {
        return new AgainstSchemas(Datasets.read(given.file, given.folder())).check(against);
      } catch (Problem e) {
        if (common.json()) {
          System.out.println(
              Json.line(
                  Json.object()
                      .put("file", given.file.toString())
                      .put("valid", false)
                      .put("message", e.getMessage())));
        }
        throw e;
      }
    }
  }

  /** {@code dataset ddl}. */
  @Command(
      name = "ddl",
      description = {
        "Prints the script that makes the dataset's tables in Hive. Nothing needs to run.",
        "Batch runs make them by themselves; the script is for readers, and for other metastores."
      },
      footer = {
        "%nExample:",
        "  anabranch dataset ddl schemas/src/main/datasets/customer_orders.yaml > orders.sql"
      })
  static final class Ddl implements Callable<Integer> {
    @Mixin private CommonOptions common;
    @Mixin private FileOptions given;

    @Override
    public Integer call() throws IOException {
      given.require();
      Path scratch = Files.createTempDirectory("anabranch-ddl");
      try {
        JsonNode result = given.job("ddl", Instance.ensure(Home.current(), scratch)).result();
        System.out.print(
            common.json()
                ? Json.line(result) + System.lineSeparator()
                : result.path("ddl").asText());
        return 0;
      } finally {
        FolderRemoval.remove(scratch);
      }
    }
  }
}
