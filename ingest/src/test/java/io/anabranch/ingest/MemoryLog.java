package io.anabranch.ingest;

import io.anabranch.schemas.Dataset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.avro.generic.GenericRecord;

/** A destination that outlives the loads into it, which may be told to die. */
final class MemoryLog implements Destination {
  /** The process is gone. */
  static final class Death extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** A row that is no record, and why. */
  record Refused(String row, String source, long line, String reason) {}

  private final String id;
  private final RecordEncoder encoder;
  private final List<List<byte[]>> partitions = new ArrayList<>();
  private final List<Refused> refused = new ArrayList<>();
  private Predicate<byte[]> sentByOthers = value -> false;
  private long lives = Long.MAX_VALUE;
  private long acknowledgements = Long.MAX_VALUE;

  MemoryLog(Dataset dataset, String id) {
    this.id = id;
    this.encoder = new RecordEncoder(dataset);
    for (int i = 0; i < dataset.topic().partitions(); i++) {
      partitions.add(new ArrayList<>());
    }
  }

  /** Dies after so many more acknowledgements, of which the last is not told any more. */
  void dieAfterAcknowledgements(long number) {
    acknowledgements = number;
  }

  /** Dies after so many more records, each of which arrives. */
  void dieAfter(long records) {
    lives = records;
  }

  /** Says which values other processes are known to have sent. */
  void othersSent(Predicate<byte[]> these) {
    sentByOthers = these;
  }

  List<byte[]> values() {
    return partitions.stream().flatMap(List::stream).toList();
  }

  /** The values as texts, in order, which compare by content. */
  List<String> sorted() {
    return values().stream()
        .map(value -> new java.math.BigInteger(1, value).toString(16))
        .sorted()
        .toList();
  }

  List<Refused> refused() {
    return refused;
  }

  @Override
  public void send(GenericRecord datum) {
    take(encoded(datum));
  }

  private void take(byte[] value) {
    partitions.get(Math.floorMod(java.util.Arrays.hashCode(value), partitions.size())).add(value);
    lives--;
    if (lives <= 0) {
      throw new Death();
    }
  }

  private byte[] encoded(GenericRecord datum) {
    try {
      return encoder.value(datum);
    } catch (Refusal e) {
      throw new AssertionError("what is sent is no record", e);
    }
  }

  @Override
  public boolean sendOnce(GenericRecord datum, byte[] value) {
    if (sentByOthers.test(value)) {
      return false;
    }
    take(value);
    return true;
  }

  @Override
  public void refuse(byte[] row, String source, long line, Refusal why) {
    refused.add(
        new Refused(
            new String(row, java.nio.charset.StandardCharsets.ISO_8859_1),
            source,
            line,
            why.getMessage()));
  }

  @Override
  public void finish() {
    acknowledgements--;
    if (acknowledgements <= 0) {
      throw new Death();
    }
  }

  @Override
  public void close() {}

  @Override
  public String logId() {
    return id;
  }

  @Override
  public Map<Integer, Long> ends() {
    Map<Integer, Long> ends = new HashMap<>();
    for (int i = 0; i < partitions.size(); i++) {
      ends.put(i, (long) partitions.get(i).size());
    }
    return ends;
  }

  @Override
  public boolean read(Map<Integer, Long> from, long most, Consumer<byte[]> values) {
    List<byte[]> found = new ArrayList<>();
    for (int i = 0; i < partitions.size(); i++) {
      int begin = from.getOrDefault(i, 0L).intValue();
      found.addAll(partitions.get(i).subList(begin, partitions.get(i).size()));
    }
    if (found.size() > most) {
      return false;
    }
    found.forEach(values);
    return true;
  }
}
