package io.anabranch.serving.verify;

import io.anabranch.runtime.Problem;
import io.anabranch.serving.Hdfs;
import io.anabranch.views.CellKey;
import io.anabranch.views.EncodedCell;
import io.anabranch.views.ViewStore.CloseableIterator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Recomputed cells in Avro files of a folder, which is deleted when they are closed. */
final class RecomputedFolder implements RecomputedCells {
  private static final int UUID_LENGTH = 36;

  private final FileSystem files;
  private final Path folder;
  private final long marker;
  private final long version;

  private RecomputedFolder(FileSystem files, Path folder, long marker, long version) {
    this.files = files;
    this.folder = folder;
    this.marker = marker;
    this.version = version;
  }

  /** The folder need not be in HDFS: any file system that Hadoop knows by the address. */
  static RecomputedFolder open(URI fileSystem, String folder, long marker, long version) {
    try {
      return new RecomputedFolder(Hdfs.connect(fileSystem), new Path(folder), marker, version);
    } catch (IOException e) {
      throw away(e);
    }
  }

  /**
   * Deletes what recomputes of a dataset left behind that were killed.
   *
   * @param parent where its folders are, each named {@code DATASET-UUID}
   * @param before those that were written to since stay: somebody may be reading them
   */
  static void clear(URI fileSystem, String parent, String dataset, Instant before) {
    int name = dataset.length() + "-".length() + UUID_LENGTH;
    try (FileSystem files = Hdfs.connect(fileSystem)) {
      for (FileStatus left : files.globStatus(new Path(parent, dataset + "-*"))) {
        boolean isOld = left.getModificationTime() < before.toEpochMilli();
        if (isOld && left.getPath().getName().length() == name) {
          files.delete(left.getPath(), true);
        }
      }
    } catch (IOException e) {
      throw away(e);
    }
  }

  @Override
  public long marker() {
    return marker;
  }

  @Override
  public long version() {
    return version;
  }

  @Override
  public CloseableIterator<RecomputedCell> cells() {
    List<OneFile> sorted = new ArrayList<>();
    try {
      FileStatus[] listed = files.listStatus(folder, path -> path.getName().endsWith(".avro"));
      for (FileStatus file : listed) {
        sorted.add(new OneFile(files, file.getPath()));
      }
    } catch (IOException e) {
      sorted.forEach(OneFile::close);
      throw away(e);
    }
    return new Merged(sorted);
  }

  @Override
  public void close() {
    try (FileSystem open = files) {
      open.delete(folder, true);
    } catch (IOException e) {
      throw away(e);
    }
  }

  private static Problem away(IOException e) {
    return Problem.unreachable("HDFS does not answer: " + e.getMessage(), e);
  }

  /** One file, and its next cell. */
  private static final class OneFile {
    private final DataFileStream<GenericRecord> records;
    private RecomputedCell head;

    OneFile(FileSystem files, Path file) throws IOException {
      records = new DataFileStream<>(files.open(file), new GenericDatumReader<>());
      advance();
    }

    CellKey key() {
      return head.key();
    }

    void advance() {
      if (!records.hasNext()) {
        head = null;
        return;
      }
      GenericRecord cell = records.next();
      head =
          new RecomputedCell(
              cell.get("view").toString(),
              CellKey.ofBytes(bytes(cell.get("key"))),
              EncodedCell.of(bytes(cell.get("cell"))));
    }

    private static byte[] bytes(Object value) {
      ByteBuffer buffer = (ByteBuffer) value;
      return Arrays.copyOfRange(
          buffer.array(),
          buffer.arrayOffset() + buffer.position(),
          buffer.arrayOffset() + buffer.limit());
    }

    void close() {
      try {
        records.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The cells of all files in the order of their keys. */
  private static final class Merged implements CloseableIterator<RecomputedCell> {
    private final List<OneFile> all;
    private final PriorityQueue<OneFile> open =
        new PriorityQueue<>(Comparator.comparing(OneFile::key));

    Merged(List<OneFile> all) {
      this.all = all;
      all.stream().filter(file -> file.head != null).forEach(open::add);
    }

    @Override
    public boolean hasNext() {
      return !open.isEmpty();
    }

    @Override
    public RecomputedCell next() {
      OneFile least = open.poll();
      if (least == null) {
        throw new NoSuchElementException();
      }
      RecomputedCell cell = least.head;
      least.advance();
      if (least.head != null) {
        open.add(least);
      }
      return cell;
    }

    @Override
    public void close() {
      all.forEach(OneFile::close);
    }
  }
}
