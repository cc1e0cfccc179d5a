package io.anabranch.serving.jobs;

import io.anabranch.jobs.files.JobFiles;
import io.anabranch.jobs.files.JobFilesContract;
import io.anabranch.serving.HdfsFiles;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract on Hadoop's local file system; it asks the same interface as HDFS. */
class HdfsJobFilesTest extends JobFilesContract {
  @TempDir private Path folder;
  private final JobFiles files = new HdfsJobFiles(new HdfsFiles(URI.create("file:///")));

  @Override
  protected JobFiles files() {
    return files;
  }

  @Override
  protected String root() {
    return "file://" + folder;
  }
}
