package io.anabranch.hive;

import io.anabranch.runtime.Default;

/**
 * The section {@code hive}. Where others reach the two services stands in the section {@code
 * platform}.
 *
 * @param bindHost the address that both services listen on
 * @param metastorePort the metastore's Thrift port
 * @param serverPort HiveServer2's port
 * @param healthPort where {@code GET /health} is answered, on loopback; 0 for nowhere
 */
record HiveSettings(
    @Default("127.0.0.1") String bindHost,
    @Default("9083") int metastorePort,
    @Default("10000") int serverPort,
    @Default("0") int healthPort) {}
