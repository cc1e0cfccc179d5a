/** Sources to Kafka by an idempotent producer, and Kafka to the master dataset exactly once. */
package io.anabranch.ingest;
