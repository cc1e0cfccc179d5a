package io.anabranch.serving.standing;

import io.anabranch.views.OffsetRange;
import java.util.Map;
import java.util.Optional;

/** What a topic holds. */
public interface TopicOffsets extends AutoCloseable {
  /**
   * The offsets that the topic holds, by partition, none if it does not exist yet; empty if nobody
   * can tell now (Kafka is away).
   */
  Optional<Map<Integer, OffsetRange>> of(String topic);

  @Override
  void close();
}
