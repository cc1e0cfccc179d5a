package io.anabranch.master;

import java.util.Map;

/**
 * A row of a master file.
 *
 * @param values field to value: String, Boolean, Integer, Long, Double, BigDecimal; timestamps as
 *     epoch milliseconds (Long), dates as epoch days (Integer); null where there is none
 * @param timestampMs Kafka's log-append time, epoch milliseconds
 */
public record MasterRow(Map<String, Object> values, int partition, long offset, long timestampMs) {}
