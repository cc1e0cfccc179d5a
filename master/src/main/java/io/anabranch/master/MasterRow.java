package io.anabranch.master;

import java.util.Map;

/**
 * A row of a master file.
 *
 * @param values field to value: String, Boolean, Integer, Long, Double, BigDecimal; timestamps as
 *     epoch milliseconds (Long), dates as epoch days (Integer); null where there is none
 * @param timestampMs Kafka's log-append time, epoch milliseconds
 * @param schema fingerprint of the schema whose fields these are; 0 if the file does not tell
 */
public record MasterRow(
    Map<String, Object> values, int partition, long offset, long timestampMs, long schema) {}
