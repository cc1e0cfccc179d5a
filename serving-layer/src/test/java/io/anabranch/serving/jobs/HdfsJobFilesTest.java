package io.anabranch.serving.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.jobs.files.JobFiles;
import io.anabranch.jobs.files.JobFilesContract;
import io.anabranch.runtime.Problem;
import io.anabranch.serving.HdfsFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;
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

  @Override
  protected String write(String name, byte[] bytes) throws IOException {
    Files.write(folder.resolve(name), bytes);
    return root() + "/" + name;
  }

  @Test
  void whatIsRefusedIsNotWaitedFor() {
    String words = "Permission denied: user=anna\n\tat org.apache.hadoop.A.b(A.java:1)";
    List<IOException> refused =
        List.of(
            new AccessControlException(words),
            new RemoteException(AccessControlException.class.getName(), words));
    for (IOException e : refused) {
      assertThat(HdfsJobFiles.told("hdfs://h/x", e))
          .isInstanceOf(Problem.class)
          .hasMessage("hdfs://h/x is refused: Permission denied: user=anna");
    }
    assertThat(HdfsJobFiles.told("hdfs://h/x", new ParentNotDirectoryException("/x")))
        .isInstanceOf(Problem.class);
    assertThat(HdfsJobFiles.told("hdfs://h/x", new ConnectException("refused")))
        .isInstanceOf(UncheckedIOException.class);
  }
}
