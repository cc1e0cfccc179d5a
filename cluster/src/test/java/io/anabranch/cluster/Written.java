package io.anabranch.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hbase.HBaseConfiguration;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.Admin;
import org.apache.hadoop.hbase.client.ColumnFamilyDescriptorBuilder;
import org.apache.hadoop.hbase.client.Connection;
import org.apache.hadoop.hbase.client.ConnectionFactory;
import org.apache.hadoop.hbase.client.Get;
import org.apache.hadoop.hbase.client.Put;
import org.apache.hadoop.hbase.client.Table;
import org.apache.hadoop.hbase.client.TableDescriptorBuilder;
import org.apache.hadoop.hbase.thrift.generated.Hbase;
import org.apache.hadoop.hbase.thrift2.generated.TGet;
import org.apache.hadoop.hbase.thrift2.generated.THBaseService;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.transport.TSocket;

/** One word, written to every store of the stack and read back through every interface. */
final class Written {
  private static final TableName TABLE = TableName.valueOf("written");
  private static final byte[] ROW = "row".getBytes(UTF_8);
  private static final byte[] FAMILY = "f".getBytes(UTF_8);
  private static final byte[] QUALIFIER = "q".getBytes(UTF_8);
  private static final Path FILE = new Path("/written");
  private static final TopicPartition PARTITION = new TopicPartition("written", 0);

  private final Map<String, String> settings;

  /** On the stack with these settings. */
  Written(Map<String, String> settings) {
    this.settings = settings;
  }

  static Map<String, String> everywhere(String word) {
    Map<String, String> all = new TreeMap<>();
    List.of("hdfs", "hbase", "thrift", "thrift2", "kafka").forEach(store -> all.put(store, word));
    return all;
  }

  void write(String word) throws Exception {
    try (FileSystem hdfs = hdfs();
        FSDataOutputStream out = hdfs.create(FILE, true)) {
      out.write(word.getBytes(UTF_8));
    }
    try (Connection hbase = ConnectionFactory.createConnection(hbase());
        Admin admin = hbase.getAdmin()) {
      if (!admin.tableExists(TABLE)) {
        admin.createTable(
            TableDescriptorBuilder.newBuilder(TABLE)
                .setColumnFamily(ColumnFamilyDescriptorBuilder.of(FAMILY))
                .build());
      }
      try (Table table = hbase.getTable(TABLE)) {
        table.put(new Put(ROW).addColumn(FAMILY, QUALIFIER, word.getBytes(UTF_8)));
      }
    }
    produce(word);
  }

  private void produce(String word) throws Exception {
    Map<String, Object> client =
        Map.of("bootstrap.servers", settings.get("platform.kafka"), "acks", "all");
    try (var admin = org.apache.kafka.clients.admin.Admin.create(client)) {
      if (!admin.listTopics().names().get().contains(PARTITION.topic())) {
        admin.createTopics(List.of(new NewTopic(PARTITION.topic(), 1, (short) 1))).all().get();
      }
    }
    try (var producer =
        new KafkaProducer<>(client, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>(PARTITION.topic(), word)).get();
    }
  }

  Map<String, String> read() throws Exception {
    Map<String, String> found = new TreeMap<>();
    try (FileSystem hdfs = hdfs();
        FSDataInputStream in = hdfs.open(FILE)) {
      found.put("hdfs", new String(in.readAllBytes(), UTF_8));
    }
    try (Connection hbase = ConnectionFactory.createConnection(hbase());
        Table table = hbase.getTable(TABLE)) {
      found.put("hbase", new String(table.get(new Get(ROW)).getValue(FAMILY, QUALIFIER), UTF_8));
    }
    found.put("thrift", thrift());
    found.put("thrift2", thrift2());
    found.put("kafka", lastRecord());
    return found;
  }

  private String thrift() throws Exception {
    try (TSocket socket = new TSocket("127.0.0.1", port("stack.thrift-port"))) {
      socket.open();
      byte[] column = "f:q".getBytes(UTF_8);
      return new String(
          new Hbase.Client(new TBinaryProtocol(socket))
              .get(name(), ByteBuffer.wrap(ROW), ByteBuffer.wrap(column), Map.of())
              .get(0)
              .getValue(),
          UTF_8);
    }
  }

  private String thrift2() throws Exception {
    try (TSocket socket = new TSocket("127.0.0.1", port("stack.thrift2-port"))) {
      socket.open();
      return new String(
          new THBaseService.Client(new TBinaryProtocol(socket))
              .get(name(), new TGet(ByteBuffer.wrap(ROW)))
              .getColumnValues()
              .get(0)
              .getValue(),
          UTF_8);
    }
  }

  private String lastRecord() {
    Map<String, Object> client = Map.of("bootstrap.servers", settings.get("platform.kafka"));
    try (var consumer =
        new KafkaConsumer<>(client, new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(PARTITION));
      consumer.seek(PARTITION, consumer.endOffsets(List.of(PARTITION)).get(PARTITION) - 1);
      return consumer.poll(Duration.ofMinutes(2)).records(PARTITION).stream()
          .map(ConsumerRecord::value)
          .findFirst()
          .orElseThrow();
    }
  }

  private int port(String key) {
    return Integer.parseInt(settings.get(key));
  }

  private static ByteBuffer name() {
    return ByteBuffer.wrap(TABLE.getName());
  }

  private FileSystem hdfs() throws Exception {
    Configuration configuration = new Configuration();
    configuration.set("dfs.replication", "1");
    return FileSystem.newInstance(new Path(settings.get("platform.hdfs")).toUri(), configuration);
  }

  private Configuration hbase() {
    Configuration configuration = HBaseConfiguration.create();
    configuration.setInt("hbase.client.retries.number", 6);
    configuration.set("hbase.zookeeper.quorum", settings.get("platform.zookeeper"));
    return configuration;
  }
}
