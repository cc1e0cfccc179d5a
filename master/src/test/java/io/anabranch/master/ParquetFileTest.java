package io.anabranch.master;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetFileTest {
  private static final MessageType TEXTS =
      MessageTypeParser.parseMessageType("message row { required binary text; }");
  private static final int LARGEST = 1 << 20;

  @Test
  void largeRecordsAfterManySmallOnesDoNotPileUpInMemory(@TempDir Path folder) throws Exception {
    Random random = new Random(1);
    Configuration conf = new Configuration();
    org.apache.hadoop.fs.Path path =
        new org.apache.hadoop.fs.Path(folder.resolve("rows.parquet").toUri());
    try (ParquetWriter<byte[]> writer =
        ParquetFile.create(
            path,
            conf,
            TEXTS,
            (text, consumer) -> {
              consumer.startField("text", 0);
              consumer.addBinary(Binary.fromConstantByteArray(text));
              consumer.endField("text", 0);
            })) {
      for (int row = 0; row < 20_000; row++) {
        writer.write(new byte[] {(byte) row});
      }
      for (int row = 0; row < 100; row++) {
        byte[] large = new byte[LARGEST];
        random.nextBytes(large);
        writer.write(large);
      }
    }

    try (ParquetFileReader file = ParquetFileReader.open(HadoopInputFile.fromPath(path, conf))) {
      assertThat(file.getRowGroups())
          .allSatisfy(group -> assertThat(group.getTotalByteSize()).isLessThan(33L * LARGEST));
      assertThat(file.getRecordCount()).isEqualTo(20_100);
    }
  }
}
