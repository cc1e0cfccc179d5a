package io.anabranch.batch;

import io.anabranch.runtime.Problem;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Calls of Kafka that end in an answer or in a problem that says what to do. */
record KafkaAnswers(String bootstrap) {
  static final int TIMEOUT_MS = 20_000;

  /** How clients of ours connect. */
  Properties connecting() {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", bootstrap);
    properties.put("request.timeout.ms", "10000");
    properties.put("default.api.timeout.ms", "15000");
    return properties;
  }

  /**
   * Waits for an answer.
   *
   * @param what what was asked for, as in "Kafka cannot ..."
   * @throws Problem if there is no such topic, or Kafka does not answer
   */
  <T> T of(Future<T> future, String what) {
    try {
      return future.get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        throw Problem.failed(
            "cannot %s: there is none; load records first with 'anabranch ingest'".formatted(what));
      }
      throw none(what, e.getCause());
    } catch (TimeoutException | KafkaException e) {
      throw none(what, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw none(what, e);
    }
  }

  private Problem none(String what, Throwable cause) {
    return Problem.unreachable(
        "Kafka at %s cannot %s (%s): start the stack with 'anabranch up'"
            .formatted(bootstrap, what, cause),
        cause);
  }
}
