package io.anabranch.master;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.views.Offsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HdfsMasterStoreIT extends MasterStoreContract {
  private static MiniDFSCluster hdfs;
  private static int roots;
  private String root;
  private HdfsMasterStore store;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    Configuration conf = new Configuration();
    conf.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.toString());
    conf.setInt("dfs.replication", 2);
    hdfs = new MiniDFSCluster.Builder(conf).numDataNodes(3).build();
    hdfs.waitActive();
  }

  @AfterAll
  static void stop() {
    hdfs.shutdown();
  }

  @AfterEach
  void close() throws Exception {
    if (store != null) {
      store.close();
    }
  }

  @Override
  MasterStore emptyStore() throws Exception {
    root = "/root" + roots++;
    store = HdfsMasterStore.connect(hdfs.getURI(), root);
    return store;
  }

  @Test
  void filesHaveTheClustersReplicationAndStrangersAreTold() throws Exception {
    FileSystem files = hdfs.getFileSystem();
    String folder = root + "/master/customer_orders/day=2026-11-21/";
    try (MasterWriter writer = store.open(Orders.DATASET, 0, 0, LocalDate.parse("2026-11-21"))) {
      writer.append(
          new RecordDecoder(Orders.DATASET, List.of())
              .decode(Orders.encoded(Orders.values(new Random(3)))),
          0,
          1);
      writer.commit(1);
    }
    files.create(new org.apache.hadoop.fs.Path(folder + "0-1.parquet")).close();

    assertThat(
            files
                .getFileStatus(new org.apache.hadoop.fs.Path(folder + "0-0-1.parquet"))
                .getReplication())
        .isEqualTo((short) 2);
    assertThat(store.list("customer_orders").strangers())
        .singleElement()
        .asString()
        .endsWith("day=2026-11-21/0-1.parquet");
  }

  @Test
  void whatCannotBeDecodedIsReadFromFilesThatHoldSomeOfIt() throws Exception {
    String folder = root + "/undecodable/customer_orders/day=2026-11-21/";
    for (String unreadable : List.of("0-0-5.parquet", "0-9-12.parquet", "1-0-99.parquet")) {
      hdfs.getFileSystem().create(new org.apache.hadoop.fs.Path(folder + unreadable)).close();
    }
    try (MasterWriter writer = store.open(Orders.DATASET, 0, 5, LocalDate.parse("2026-11-21"))) {
      writer.appendUndecodable(6, 1, new byte[] {1}, "why");
      writer.commit(9);
    }

    assertThat(
            store.undecodable(
                "customer_orders", new Offsets(Map.of(0, 5L)), new Offsets(Map.of(0, 9L))))
        .extracting(Undecodable::offset)
        .containsExactly(6L);
  }

  @Test
  void whatARewriteLeftUnfinishedIsRemovedAndNothingElse() throws Exception {
    String folder = root + "/master/customer_orders/day=2026-11-21/";
    for (String name : List.of("_rewritten-a.parquet", "_compacted-b.parquet", "_0-7-c.parquet")) {
      hdfs.getFileSystem().create(new org.apache.hadoop.fs.Path(folder + name)).close();
    }

    assertThat(store.removeRewritten("customer_orders")).isEqualTo(2);
    assertThat(store.removeLeftovers("customer_orders", 0)).isEqualTo(1);
  }

  @Test
  void aDataNodeThatDiesInTheMiddleOfAFileLosesNothing() throws Exception {
    RecordDecoder decoder = new RecordDecoder(Orders.DATASET, List.of());
    Random random = new Random(11);
    MiniDFSCluster.DataNodeProperties stopped = null;
    MasterFile file;
    try (MasterWriter writer = store.open(Orders.DATASET, 0, 0, LocalDate.EPOCH)) {
      for (int i = 0; i < 60_000; i++) {
        if (i == 50_000) {
          stopped = hdfs.stopDataNode(0);
        }
        writer.append(decoder.decode(Orders.encoded(Orders.values(random))), i, i);
      }
      file = writer.commit(60_000);
    }

    assertThat(store.rows("customer_orders", file)).hasSize(60_000);
    hdfs.restartDataNode(stopped);
    hdfs.waitActive();
  }
}
