/** The catalog and the view store in HBase: the ports of {@code io.anabranch.views} kept there. */
package io.anabranch.hbase;
