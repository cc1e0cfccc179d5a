package io.anabranch.serving;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import org.apache.hadoop.fs.FileSystem;

/** A client of HDFS that is opened when it is first asked for: HDFS need not be there before. */
public final class HdfsFiles implements AutoCloseable {
  private final URI hdfs;
  private FileSystem files;

  public HdfsFiles(URI hdfs) {
    this.hdfs = hdfs;
  }

  /** The client; it stays ours. */
  public synchronized FileSystem get() throws IOException {
    if (files == null) {
      files = Hdfs.connect(hdfs);
    }
    return files;
  }

  @Override
  public synchronized void close() {
    try {
      if (files != null) {
        files.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
