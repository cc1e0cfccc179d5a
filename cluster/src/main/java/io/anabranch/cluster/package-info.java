/**
 * The shared services of the platform on one machine: HDFS, ZooKeeper, HBase, its Thrift servers
 * and Kafka, from their own daemon classes, in one JVM or one by one.
 */
package io.anabranch.cluster;
