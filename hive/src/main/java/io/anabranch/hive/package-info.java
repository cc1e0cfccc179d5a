/** Hive's metastore and HiveServer2 in one JVM, and the client behind the command {@code sql}. */
package io.anabranch.hive;
