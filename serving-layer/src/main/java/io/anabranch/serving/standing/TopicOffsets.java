package io.anabranch.serving.standing;

import java.util.Map;
import java.util.Optional;

/** What a topic holds. */
public interface TopicOffsets extends AutoCloseable {
  /**
   * The offsets that the topic holds, by partition; empty if nobody can tell now (Kafka is away, or
   * the topic does not exist yet).
   */
  Optional<Map<Integer, OffsetRange>> of(String topic);

  @Override
  void close();
}
