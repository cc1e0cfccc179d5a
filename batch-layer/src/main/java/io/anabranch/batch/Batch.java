package io.anabranch.batch;

import io.anabranch.engine.DatasetPlan;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import io.anabranch.views.Offsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** The tasks of the process, each opening and closing what it needs. */
final class Batch {
  private Batch() {}

  static Map<String, Object> run(Arguments arguments) throws Exception {
    try (Workplace place = Workplace.open(arguments.config(), arguments.dataset());
        RunLock lock = RunLock.take(place.platform().zookeeper(), arguments.dataset())) {
      boolean full = arguments.has("--full");
      RunQuality.OnFailure onFailure =
          arguments.has("--despite-checks")
              ? RunQuality.OnFailure.PUBLISH
              : RunQuality.OnFailure.REFUSE;
      return new BatchRun(place, lock, full, onFailure).run();
    } catch (Exception e) {
      throw told(e);
    }
  }

  private static Exception told(Exception e) {
    return e instanceof Problem ? e : Unreadable.problem(e).map(Exception.class::cast).orElse(e);
  }

  /** Hive's names follow what is published, after a rollback. */
  static Map<String, Object> follow(Arguments arguments) {
    try (Workplace place = Workplace.open(arguments.config(), arguments.dataset())) {
      HiveTables tables = new HiveTables(Sessions.withHive(place, "anabranch batch follow"));
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("dataset", arguments.dataset());
      result.put("version", tables.follow(place.dataset(), place.catalog()));
      return result;
    }
  }

  /** Small master files become wide ones. */
  static Map<String, Object> compact(Arguments arguments) throws Exception {
    String dataset = arguments.dataset();
    try (Workplace place = Workplace.open(arguments.config(), dataset);
        RunLock files = RunLock.takeFiles(place.platform().zookeeper(), dataset)) {
      files.requireHeld();
      return new MasterCompaction(place).run(arguments.number("--offsets"));
    }
  }

  /** Records of somebody are removed from everywhere. */
  static Map<String, Object> erase(Arguments arguments) throws Exception {
    String dataset = arguments.dataset();
    try (Workplace place = Workplace.open(arguments.config(), dataset);
        ErasureRun erasure = ErasureRun.of(place)) {
      Optional<String> condition =
          ErasureCondition.of(
              place.dataset(), arguments.all("--identity"), arguments.text("--where"));
      if (condition.isEmpty() != arguments.has("--resume")) {
        throw Problem.badInput(
            "say which records: --identity, --where or both, or --resume alone to finish an erasure"
                + " that was cut off");
      } else if (arguments.has("--dry-run")) {
        return erasure.preview(
            condition.orElseThrow(() -> Problem.badInput("--dry-run needs a condition")));
      }
      String zookeeper = place.platform().zookeeper();
      try (RunLock lock = RunLock.take(zookeeper, dataset);
          RunLock files = RunLock.takeFiles(zookeeper, dataset)) {
        files.requireHeld();
        return erasure.run(
            lock,
            condition.map(
                which ->
                    new ErasureRun.Request(
                        which,
                        arguments.text("--reason").orElse(""),
                        arguments.has("--purge-topic"),
                        arguments.number("--at-most"))));
      }
    } catch (Exception e) {
      throw told(e);
    }
  }

  static Map<String, Object> recompute(Arguments arguments) throws Exception {
    String out = arguments.required("--out");
    try (Workplace place = Workplace.open(arguments.config(), arguments.dataset())) {
      Recompute recompute = new Recompute(place);
      Optional<Offsets> until = arguments.offsets("--until");
      return until.isEmpty()
          ? recompute.run(out)
          : recompute.run(out, arguments.number("--version"), until.get());
    } catch (Exception e) {
      throw told(e);
    }
  }

  /** Checks a dataset file without any service. */
  static Map<String, Object> check(Arguments arguments) {
    Path file = file(arguments);
    Path schemas = schemas(arguments, file);
    Dataset dataset = Datasets.read(file, schemas);
    SparkSession session = Sessions.plain("anabranch check");
    DatasetPlan.check(session, dataset, schemas);
    String words =
        "%s is fine: dataset %s, %s fields, %s reject rules, %s clean rules, %s views, %s checks"
            .formatted(
                file,
                dataset.name(),
                dataset.fields().size(),
                dataset.reject().size(),
                dataset.clean().size(),
                dataset.views().size(),
                dataset.checks().size());
    Progress.say(words);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("file", file.toString());
    result.put("dataset", dataset.name());
    result.put("valid", true);
    result.put("message", words);
    return result;
  }

  /** Hive's tables of a dataset file as a script, without any service. */
  static Map<String, Object> ddl(Arguments arguments) {
    Path file = file(arguments);
    Path schemas = schemas(arguments, file);
    Dataset dataset = Datasets.read(file, schemas);
    SparkSession session = Sessions.plain("anabranch ddl");
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("dataset", dataset.name());
    result.put("ddl", HiveDdl.of(session, DatasetPlan.compile(session, dataset, schemas)));
    return result;
  }

  private static Path file(Arguments arguments) {
    Path file = Path.of(arguments.file().orElseThrow(() -> Problem.badInput("name a FILE")));
    if (!Files.isRegularFile(file)) {
      throw Problem.badInput("there is no file " + file + ": give a dataset file");
    }
    return file;
  }

  /** The folder with {@code avro/} and {@code lists/}. */
  private static Path schemas(Arguments arguments, Path file) {
    return arguments
        .text("--schemas")
        .map(Path::of)
        .orElseGet(() -> file.toAbsolutePath().getParent().getParent());
  }
}
