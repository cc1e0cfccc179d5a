package io.anabranch.schemas;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All datasets of a schemas folder: {@code datasets/*.yaml}, {@code avro/*.avsc}, {@code lists/}.
 */
public final class Datasets {
  /** What a full run calls a table of its own. */
  private static final Pattern TABLE_OF_RUN = Pattern.compile("(.+)_v\\d+");

  private final Path folder;
  private final Map<String, Dataset> byName;

  private Datasets(Path folder, Map<String, Dataset> byName) {
    this.folder = folder;
    this.byName = byName;
  }

  /** Reads the folder; the first file that is wrong is told as a {@link Problem}. */
  public static Datasets load(Path folder) {
    try (Stream<Path> files = Files.list(folder.resolve("datasets"))) {
      Map<String, Dataset> byName = new TreeMap<>();
      for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
        Dataset dataset = DatasetFile.read(file, folder);
        Dataset other = byName.put(dataset.name(), dataset);
        if (other != null) {
          throw Problem.badInput(
              file
                  + ": the dataset '"
                  + dataset.name()
                  + "' is already declared in "
                  + other.file());
        }
      }
      views(byName).forEach(Datasets::refuseAmbiguous);
      refuseSharedTables(byName.values());
      refuseSharedTopics(byName.values());
      return new Datasets(folder, byName);
    } catch (IOException e) {
      throw Problem.badInput(
          "Cannot read the folder " + folder.resolve("datasets") + ": set platform.schemas", e);
    }
  }

  /** Reads one dataset file, whose schemas and lists stand in the folder. */
  public static Dataset read(Path file, Path folder) {
    return DatasetFile.read(file, folder);
  }

  /** All datasets by name. */
  public List<Dataset> all() {
    return List.copyOf(byName.values());
  }

  /** The dataset of that name, or a {@link Problem} that lists the known ones. */
  public Dataset named(String name) {
    Dataset dataset = byName.get(name);
    if (dataset == null) {
      throw Problem.badInput(
          "unknown dataset '%s', expected one of %s"
              .formatted(name, String.join(", ", byName.keySet())));
    }
    return dataset;
  }

  /** The view of that name; names are unique over all datasets. */
  public View view(String name) {
    List<View> views = views(byName).getOrDefault(name, List.of());
    if (views.isEmpty()) {
      throw Problem.badInput(
          "unknown view '%s', expected one of %s"
              .formatted(name, String.join(", ", views(byName).keySet())));
    }
    return views.get(0);
  }

  /** The folder that these were read from. */
  public Path folder() {
    return folder;
  }

  private static Map<String, List<View>> views(Map<String, Dataset> datasets) {
    return datasets.values().stream()
        .flatMap(dataset -> dataset.views().values().stream())
        .collect(
            Collectors.groupingBy(
                View::name,
                TreeMap::new,
                Collectors.mapping(Function.identity(), Collectors.toList())));
  }

  private static void refuseAmbiguous(String name, List<View> views) {
    if (views.size() > 1) {
      throw Problem.badInput(
          "the view '%s' is declared by both %s and %s: rename one"
              .formatted(name, views.get(0).dataset(), views.get(1).dataset()));
    }
  }

  private static void refuseSharedTables(Collection<Dataset> datasets) {
    Map<String, Dataset> inHive = new TreeMap<>();
    Map<String, Dataset> inHBase = new TreeMap<>();
    for (Dataset dataset : datasets) {
      dataset
          .hiveTables()
          .forEach(
              table -> claim("the table '%s' in Hive".formatted(table), table, dataset, inHive));
      String inStore = dataset.hbase().table();
      claim("the table '%s' in HBase".formatted(inStore), inStore, dataset, inHBase);
    }
    inHive.forEach(
        (table, dataset) -> {
          Matcher ofRun = TABLE_OF_RUN.matcher(table);
          if (ofRun.matches() && inHive.containsKey(ofRun.group(1))) {
            throw Problem.badInput(
                "%s: full runs name their tables of '%s' so that one is called '%s': rename one"
                    .formatted(dataset.file(), ofRun.group(1), table));
          }
        });
  }

  /** Kafka takes a dot and an underscore for the same: names that differ in no more collide. */
  private static void refuseSharedTopics(Collection<Dataset> datasets) {
    Map<String, Dataset> inKafka = new TreeMap<>();
    for (Dataset dataset : datasets) {
      for (String topic : dataset.topic().all()) {
        claim("the topic '%s'".formatted(topic), topic.replace('.', '_'), dataset, inKafka);
      }
    }
  }

  private static void claim(String what, String key, Dataset dataset, Map<String, Dataset> owners) {
    Dataset other = owners.put(key, dataset);
    if (other != null) {
      throw Problem.badInput(
          "%s: %s is already that of %s (%s): rename one"
              .formatted(dataset.file(), what, other.name(), other.file()));
    }
  }
}
