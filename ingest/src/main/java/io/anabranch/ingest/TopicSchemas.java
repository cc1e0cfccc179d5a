package io.anabranch.ingest;

import io.anabranch.master.RecordDecoder;
import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.SchemaHistory;
import io.anabranch.schemas.SchemaLog;
import io.anabranch.schemas.Wire;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schemas of a topic's records as far as the owner of a partition has met them, and the decoder
 * that makes rows of the newest of them. That may be newer than the dataset file that this process
 * was started with: nothing of a record is lost because a process is old. Not safe for several
 * threads.
 */
final class TopicSchemas {
  private static final Logger LOG = LoggerFactory.getLogger(TopicSchemas.class);

  private final Dataset own;
  private final SchemaLog log;
  private final Set<Long> known = new HashSet<>();

  /** Fingerprints that nobody had registered when they were met. */
  private final Set<Long> strangers = new HashSet<>();

  private long last;
  private Dataset target;
  private RecordDecoder decoder;

  TopicSchemas(Dataset own, SchemaLog log) {
    this.own = own;
    this.log = log;
    learn(log.history(own));
  }

  /** The dataset with the schema of the rows that are made. */
  Dataset target() {
    return target;
  }

  /** Makes rows of {@link #target}. */
  RecordDecoder decoder() {
    return decoder;
  }

  /**
   * Looks at the schema of the next value, and asks the log if it is a new one.
   *
   * @return whether rows have another schema from this value on
   */
  boolean meet(byte[] value) {
    OptionalLong fingerprint = Wire.fingerprint(value);
    if (fingerprint.isEmpty() || fingerprint.getAsLong() == last) {
      return false;
    }
    long met = fingerprint.getAsLong();
    if (known.contains(met) || Wire.isMarker(value) || strangers.contains(met)) {
      last = known.contains(met) ? met : last;
      return false;
    }
    long before = Wire.fingerprint(target.schema());
    learn(log.history(own));
    if (!known.contains(met) && (met != Wire.fingerprint(own.schema()) || !isRegistered())) {
      strangers.add(met);
    }
    return Wire.fingerprint(target.schema()) != before;
  }

  /** Somebody writes to the topic without us, with the schema that we were told of. */
  private boolean isRegistered() {
    try {
      learn(log.register(own));
      return true;
    } catch (Problem e) {
      if (e.status() != ExitStatus.BAD_INPUT) {
        throw e;
      }
      LOG.error("Records that cannot be read: {}", e.getMessage());
      return false;
    }
  }

  private void learn(SchemaHistory history) {
    history.schemas().forEach(schema -> known.add(Wire.fingerprint(schema)));
    target = history.newest().map(own::withSchema).orElse(own);
    decoder = new RecordDecoder(target, history.schemas());
  }

  /**
   * What nobody had registered is asked for again from now on. Whoever sends a record has
   * registered its schema before: an answer holds for all records that were there when it was
   * given, and so for the rest of what was polled together.
   */
  void forgetStrangers() {
    strangers.clear();
  }
}
