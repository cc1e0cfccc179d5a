package io.anabranch.serving;

import io.anabranch.hbase.HBaseConnection;
import io.anabranch.jobs.JobsService.Place;
import io.anabranch.jobs.JobsSettings;
import io.anabranch.jobs.metrics.EventLogs;
import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.HistorySettings;
import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Problem;
import io.anabranch.runtime.Program;
import io.anabranch.runtime.Settings;
import io.anabranch.runtime.UsersFile;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import io.anabranch.serving.jobs.HdfsJobFiles;
import io.anabranch.serving.jobs.Scheduling;
import io.anabranch.serving.jobs.SparkApplications;
import io.anabranch.serving.quality.QualityFiles;
import io.anabranch.serving.standing.KafkaTopicOffsets;
import io.anabranch.serving.standing.MasterFiles;
import io.anabranch.serving.verify.RecomputeCommand;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;

/** The serving layer's process: {@code Main --config FILE}. It runs until it is ended. */
public final class Main {
  private Main() {}

  /** Status 2 for a wrong setting, 3 if HBase is away or the port is taken. */
  public static void main(String[] args) {
    Program.run(() -> run(args));
  }

  private static ExitStatus run(String[] args) throws InterruptedException {
    if (args.length != 2 || !args[0].equals("--config")) {
      throw Problem.badInput("usage: io.anabranch.serving.Main --config FILE");
    }
    Settings settings = Settings.read(Path.of(args[1]));
    PlatformSettings platform = settings.section("platform", PlatformSettings.class);
    ServingSettings serving = settings.section("serving", ServingSettings.class);
    Datasets datasets = Datasets.load(platform.schemas());
    CountDownLatch forever = new CountDownLatch(1);
    try (HBaseConnection hbase = HBaseConnection.connect(platform);
        KafkaTopicOffsets topics = KafkaTopicOffsets.connect(platform.kafka());
        MasterFiles master = MasterFiles.connect(platform);
        QualityFiles quality = QualityFiles.connect(platform);
        HdfsJobFiles files = new HdfsJobFiles(new HdfsFiles(platform.hdfs()));
        Scheduling scheduling =
            Scheduling.start(
                settings.section("jobs", JobsSettings.class),
                new Place(
                    platform,
                    serving.command(),
                    settings.file(),
                    datasets.all().stream().map(Dataset::name).toList(),
                    files))) {
      Sources sources =
          new Sources(
              datasets,
              hbase.catalog(),
              hbase.viewStore(datasets),
              topics,
              master,
              quality,
              new RecomputeCommand(settings.file(), platform, serving),
              scheduling.jobs(),
              new SparkApplications(
                  new EventLogs(files, platform.sparkEvents()),
                  settings.section("history", HistorySettings.class)),
              UsersFile.beside(settings.file()),
              Clock.systemUTC());
      datasets.all().forEach(dataset -> sources.store().prepare(dataset.name()));
      try (ServingServer server = start(sources, serving, platform.serving())) {
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        Runtime.getRuntime().addShutdownHook(new Thread(scheduling::close));
        forever.await();
      }
    }
    return ExitStatus.DONE;
  }

  private static ServingServer start(Sources sources, ServingSettings settings, URI address) {
    try {
      return ServingServer.start(sources, settings, address.getHost(), address.getPort());
    } catch (org.springframework.boot.web.server.PortInUseException e) {
      throw Problem.unreachable(
          "The port %s of platform.serving is taken: end the program that has it, or set another"
              .formatted(address.getPort()),
          e);
    }
  }
}
