/** What of ours stands in Kafka beside records: the port {@code SchemaLog} kept there. */
package io.anabranch.kafka;
