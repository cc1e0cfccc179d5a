package io.anabranch.ingest;

import io.anabranch.runtime.Problem;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.generic.GenericRecord;

/** A way to a log that takes some records and loses the others, and says so ever after. */
final class LossyLog implements Destination {
  static final String LOST = "the log did not take all records";

  private final MemoryLog log;
  private long left;
  private boolean lost;
  private boolean closed;

  /**
   * A way to a log.
   *
   * @param records how many it takes
   */
  LossyLog(MemoryLog log, long records) {
    this.log = log;
    this.left = records;
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void send(GenericRecord datum) {
    if (left == 0) {
      lost = true;
    } else {
      left--;
      log.send(datum);
    }
  }

  @Override
  public boolean sendOnce(GenericRecord datum, byte[] value) {
    send(datum);
    return true;
  }

  @Override
  public void refuse(byte[] row, String source, long line, Refusal why) {
    log.refuse(row, source, line, why);
  }

  @Override
  public void finish() {
    if (lost) {
      throw Problem.unreachable(LOST);
    }
    log.finish();
  }

  @Override
  public String logId() {
    return log.logId();
  }

  @Override
  public Map<Integer, Long> ends() {
    return log.ends();
  }

  @Override
  public boolean read(Map<Integer, Long> from, long most, Consumer<byte[]> values) {
    return log.read(from, most, values);
  }

  @Override
  public void close() {
    closed = true;
  }
}
