package io.anabranch.ingest;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.IdentityHash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.avro.generic.GenericRecord;

/** Sends the rows of files, each fact once, and sees to it that refused rows are told and kept. */
final class FileLoad {
  /** What happens to a row that is no record. */
  @FunctionalInterface
  interface Refused {
    void send(byte[] row, String file, long line, String reason) throws IOException;
  }

  private static final int MOST_TOLD = 20;

  private final RecordSink sink;
  private final Refused refused;
  private final Consumer<String> tell;
  private final boolean keepsRepeats;
  private final IdentityHash identity;
  private final IdentitySet seen = new IdentitySet();
  private final LoadCounts counts = new LoadCounts();

  /**
   * A load of one run.
   *
   * @param tell takes words for the user
   * @param keepsRepeats whether a fact is sent as often as it stands in the files
   */
  FileLoad(
      Dataset dataset,
      RecordSink sink,
      Refused refused,
      Consumer<String> tell,
      boolean keepsRepeats) {
    this.sink = sink;
    this.refused = refused;
    this.tell = tell;
    this.keepsRepeats = keepsRepeats;
    this.identity = new IdentityHash(dataset);
  }

  /** Sends all rows of a file. */
  void load(Path file, Rows rows) throws IOException {
    while (rows.next()) {
      try {
        GenericRecord datum = rows.record();
        if (keepsRepeats || seen.add(identity.of(datum))) {
          sink.send(datum);
          counts.accept();
        } else {
          counts.repeat();
        }
      } catch (Refusal refusal) {
        refuse(file, rows, refusal.getMessage());
      }
    }
  }

  private void refuse(Path file, Rows rows, String reason) throws IOException {
    counts.reject();
    refused.send(rows.raw(), file.toString(), rows.line(), reason);
    if (counts.rejected() <= MOST_TOLD) {
      tell.accept(file + ":" + rows.line() + ": " + reason);
    }
  }

  /** Returns once Kafka has everything, and tells of refused rows that were not told one by one. */
  void finish() throws IOException {
    sink.finish();
    if (counts.rejected() > MOST_TOLD) {
      tell.accept("and " + (counts.rejected() - MOST_TOLD) + " more rows that were refused");
    }
  }

  LoadCounts counts() {
    return counts;
  }
}
