package io.anabranch.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Wire;
import io.anabranch.views.Offsets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every master store keeps to. */
abstract class MasterStoreContract {
  private static final LocalDate DAY = LocalDate.parse("2026-11-21");
  private static final String DATASET = Orders.DATASET.name();

  private static final long SCHEMA = Wire.fingerprint(Orders.DATASET.schema());

  private final RecordDecoder decoder = new RecordDecoder(Orders.DATASET, List.of());
  private MasterStore store;

  /** A store without any file. */
  abstract MasterStore emptyStore() throws Exception;

  @BeforeEach
  void open() throws Exception {
    store = emptyStore();
  }

  @Test
  void aCommittedFileHoldsItsRowsInOrderWithTheirPositions() throws Exception {
    Random random = new Random(7);
    List<MasterRow> sent = new ArrayList<>();
    MasterFile file;
    try (MasterWriter writer = store.open(Orders.DATASET, 2, 100, DAY)) {
      for (int i = 0; i < 5000; i++) {
        Map<String, Object> order = Orders.values(random);
        sent.add(new MasterRow(order, 2, 100 + i, 1_000_000L + i, SCHEMA));
        writer.append(decoder.decode(Orders.encoded(order)), 100 + i, 1_000_000L + i);
      }
      assertThat(writer.bytes()).isPositive();
      file = writer.commit(5100);
    }

    assertThat(file).isEqualTo(new MasterFile(DAY, 2, 100, 5100));
    assertThat(store.list(DATASET).files()).containsExactly(file);
    assertThat(store.rows(DATASET, file)).isEqualTo(sent);
    assertThat(store.list(DATASET).strangers()).isEmpty();
    assertThat(store.locations(DATASET, List.of(file)).get(0))
        .endsWith("/" + DATASET + "/" + file.name());
  }

  @Test
  void nobodySeesAFileBeforeItsCommit() throws Exception {
    try (MasterWriter writer = store.open(Orders.DATASET, 0, 0, DAY)) {
      append(writer, 0);

      assertThat(store.list(DATASET).files()).isEmpty();
      writer.commit(1);
    }
    assertThat(store.list(DATASET).files()).hasSize(1);
  }

  @Test
  void whatIsClosedWithoutACommitLeavesNothing() throws Exception {
    try (MasterWriter writer = store.open(Orders.DATASET, 0, 0, DAY)) {
      append(writer, 0);
      writer.appendUndecodable(1, 5, new byte[] {1}, "why");
    }

    assertThat(store.list(DATASET).files()).isEmpty();
    assertThat(undecodable(store, DATASET)).isEmpty();
    assertThat(store.removeLeftovers(DATASET, 0)).isZero();
  }

  @Test
  void aRangeOfMarkersAloneIsAFileWithoutRows() throws Exception {
    MasterFile file;
    try (MasterWriter writer = store.open(Orders.DATASET, 0, 8, DAY)) {
      file = writer.commit(9);
    }

    assertThat(store.rows(DATASET, file)).isEmpty();
    assertThat(store.list(DATASET).cover(0).end()).isEqualTo(9);
  }

  @Test
  void aNameThatExistsIsTheSameFact() throws Exception {
    for (int i = 0; i < 2; i++) {
      try (MasterWriter writer = store.open(Orders.DATASET, 0, 0, DAY)) {
        append(writer, 0);
        writer.appendUndecodable(1, 5, new byte[] {1, 2}, "why");
        writer.commit(2);
      }
    }

    assertThat(store.list(DATASET).files()).hasSize(1);
    assertThat(undecodable(store, DATASET)).hasSize(1);
    assertThat(store.removeLeftovers(DATASET, 0)).isZero();
  }

  @Test
  void whatCannotBeDecodedIsKeptWithItsReason() throws Exception {
    byte[] value = "no record".getBytes(StandardCharsets.UTF_8);
    MasterFile file;
    try (MasterWriter writer = store.open(Orders.DATASET, 1, 0, DAY)) {
      writer.appendUndecodable(0, 77, value, "expected a record");
      append(writer, 1);
      file = writer.commit(2);
    }

    assertThat(store.rows(DATASET, file)).extracting(MasterRow::offset).containsExactly(1L);
    assertThat(undecodable(store, DATASET))
        .containsExactly(new Undecodable(1, 0, 77, ByteBuffer.wrap(value), "expected a record"));
  }

  @Test
  void whatCannotBeDecodedIsAskedForByOffsets() throws Exception {
    for (int partition = 0; partition < 2; partition++) {
      for (long first = 0; first < 9; first += 3) {
        try (MasterWriter writer = store.open(Orders.DATASET, partition, first, DAY)) {
          for (long offset = first; offset < first + 3; offset++) {
            writer.appendUndecodable(offset, 77, new byte[] {9}, "why");
          }
          writer.commit(first + 3);
        }
      }
    }

    assertThat(store.undecodable(DATASET, new Offsets(Map.of(0, 2L)), new Offsets(Map.of(0, 7L))))
        .extracting(Undecodable::partition, Undecodable::offset)
        .containsExactly(tuple(0, 2L), tuple(0, 3L), tuple(0, 4L), tuple(0, 5L), tuple(0, 6L));
    assertThat(store.undecodable(DATASET, new Offsets(Map.of(0, 9L)), new Offsets(Map.of(1, 1L))))
        .extracting(Undecodable::partition, Undecodable::offset)
        .containsExactly(tuple(1, 0L));
  }

  @Test
  void aPositionThatTwoFilesHoldIsTakenOnce() throws Exception {
    for (long end : new long[] {3, 5}) {
      try (MasterWriter writer = store.open(Orders.DATASET, 0, 0, DAY)) {
        writer.appendUndecodable(2, 77, new byte[] {9}, "why");
        writer.commit(end);
      }
    }

    assertThat(undecodable(store, DATASET)).hasSize(1);
    assertThat(store.list(DATASET).cover(0).files()).containsExactly(new MasterFile(DAY, 0, 0, 5));
  }

  @Test
  void theOwnerOfAPartitionRemovesWhatKilledWritersLeftThereAndOnlyThere() throws Exception {
    MasterWriter killed = store.open(Orders.DATASET, 0, 0, DAY);
    append(killed, 0);
    try (MasterWriter other = store.open(Orders.DATASET, 10, 0, DAY)) {
      append(other, 0);

      assertThat(store.removeLeftovers(DATASET, 0)).isEqualTo(1);

      other.commit(1);
    }
    assertThatThrownBy(() -> killed.commit(1)).isInstanceOf(IOException.class);
    assertThat(store.list(DATASET).files()).containsExactly(new MasterFile(DAY, 10, 0, 1));
  }

  @Test
  void filesThatJoinUpBecomeOneWithTheSameRows() throws Exception {
    List<MasterFile> small = new ArrayList<>();
    for (long first = 0; first < 50; first += 10) {
      try (MasterWriter writer = store.open(Orders.DATASET, 0, first, DAY)) {
        for (long offset = first; offset < first + 9; offset++) {
          append(writer, offset);
        }
        small.add(writer.commit(first + 10));
      }
    }
    List<MasterRow> before = new ArrayList<>();
    for (MasterFile file : small) {
      before.addAll(store.rows(DATASET, file));
    }

    MasterStore.Compacted compacted = onlyOne(store.compact(DATASET, small));

    assertThat(compacted.rows()).isEqualTo(45);
    assertThat(compacted.file()).isEqualTo(new MasterFile(DAY, 0, 0, 50));
    assertThat(store.list(DATASET).cover(0).files()).containsExactly(compacted.file());
    assertThat(store.rows(DATASET, compacted.file())).isEqualTo(before);
    assertThat(store.list(DATASET).files()).containsAll(small);
    assertThat(store.removeCovered(DATASET, Instant.now().minusSeconds(60))).isZero();
    assertThat(store.removeCovered(DATASET, Instant.now().plusSeconds(60))).isEqualTo(5);
    assertThat(store.list(DATASET).files()).containsExactly(compacted.file());
    assertThat(store.list(DATASET).strangers()).isEmpty();
  }

  private static MasterStore.Compacted onlyOne(List<MasterStore.Compacted> made) {
    assertThat(made).hasSize(1);
    return made.get(0);
  }

  @Test
  void filesOfTwoSchemasKeepTheirRowsAndBecomeOneOfEach() throws Exception {
    Dataset wider = Orders.withAnotherField();
    List<MasterFile> small = new ArrayList<>();
    List<MasterRow> before = new ArrayList<>();
    for (long first = 0; first < 40; first += 10) {
      Dataset dataset = first < 20 ? Orders.DATASET : wider;
      try (MasterWriter writer = store.open(dataset, 0, first, DAY)) {
        // Records of the first schema all along: a file has the schema that it was opened with.
        RecordDecoder own = new RecordDecoder(dataset, List.of(Orders.DATASET.schema()));
        writer.append(own.decode(Orders.encoded(Orders.values(new Random(first)))), first, first);
        small.add(writer.commit(first + 10));
      }
      before.addAll(store.rows(DATASET, small.get(small.size() - 1)));
    }

    List<MasterFile> made =
        store.compact(DATASET, small).stream().map(MasterStore.Compacted::file).toList();

    assertThat(made).containsExactly(new MasterFile(DAY, 0, 0, 20), new MasterFile(DAY, 0, 20, 40));
    List<MasterRow> after = new ArrayList<>();
    for (MasterFile file : store.list(DATASET).cover(0).files()) {
      after.addAll(store.rows(DATASET, file));
    }
    assertThat(after).isEqualTo(before);
    assertThat(after)
        .extracting(MasterRow::schema)
        .containsExactly(
            SCHEMA, SCHEMA, Wire.fingerprint(wider.schema()), Wire.fingerprint(wider.schema()));
    assertThat(after.get(1).values()).doesNotContainKey("channel");
    assertThat(after.get(2).values()).containsEntry("channel", "shop");
  }

  @Test
  void filesThatDoNotJoinUpAreRefused() throws Exception {
    for (long first : new long[] {0, 11}) {
      try (MasterWriter writer = store.open(Orders.DATASET, 0, first, DAY)) {
        append(writer, first);
        writer.commit(first + 10);
      }
    }
    assertThatThrownBy(
            () ->
                store.compact(
                    DATASET,
                    List.of(new MasterFile(DAY, 0, 0, 10), new MasterFile(DAY, 0, 11, 21))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(store.list(DATASET).files()).hasSize(2);
  }

  @Test
  void erasingRowsLeavesAllOthersAsTheyWereWhicheverTheyAre() throws Exception {
    Random random = new Random(41);
    for (int round = 0; round < 20; round++) {
      long first = 1_000L * round;
      int size = 1 + random.nextInt(300);
      MasterFile file;
      try (MasterWriter writer = store.open(Orders.DATASET, 0, first, DAY)) {
        for (long offset = first; offset < first + size; offset++) {
          append(writer, offset);
        }
        file = writer.commit(first + 1_000);
      }
      List<MasterRow> before = store.rows(DATASET, file);
      // Some of them belong to other files.
      long[] erased =
          random
              .longs(random.nextInt(400), first - 50, first + 1_050)
              .sorted()
              .distinct()
              .toArray();
      List<MasterRow> others =
          before.stream().filter(row -> Arrays.binarySearch(erased, row.offset()) < 0).toList();

      Optional<MasterStore.Erased> done = store.erase(DATASET, file, erased);

      assertThat(store.rows(DATASET, file)).isEqualTo(others);
      assertThat(done.map(MasterStore.Erased::removed).orElse(0L))
          .isEqualTo(before.size() - others.size());
      assertThat(done.map(MasterStore.Erased::rows).orElse((long) before.size()))
          .isEqualTo(others.size());
      assertThat(store.list(DATASET).cover(0).end()).isEqualTo(first + 1_000);
      assertThat(store.erase(DATASET, file, erased)).as("again").isEmpty();
    }
    assertThat(store.list(DATASET).cover(0).files()).hasSize(20);
    assertThat(store.list(DATASET).strangers()).isEmpty();
    assertThat(store.removeRewritten(DATASET)).isZero();
  }

  @Test
  void erasingRowsKeepsTheColumnsAndTheSchemaOfEachFile() throws Exception {
    Dataset wider = Orders.withAnotherField();
    List<MasterFile> written = new ArrayList<>();
    for (Dataset dataset : List.of(Orders.DATASET, wider)) {
      long first = 10L * written.size();
      RecordDecoder own = new RecordDecoder(dataset, List.of(Orders.DATASET.schema()));
      try (MasterWriter writer = store.open(dataset, 0, first, DAY)) {
        for (long offset = first; offset < first + 3; offset++) {
          byte[] value = Orders.encoded(Orders.values(new Random(offset)));
          writer.append(own.decode(value), offset, offset);
        }
        written.add(writer.commit(first + 10));
      }
    }
    for (MasterFile file : written) {
      List<MasterRow> before = store.rows(DATASET, file);

      assertThat(store.erase(DATASET, file, new long[] {1, 11}))
          .hasValueSatisfying(erased -> assertThat(erased.rows()).isEqualTo(2));
      assertThat(store.rows(DATASET, file)).containsExactly(before.get(0), before.get(2));
    }
    assertThat(store.rows(DATASET, written.get(1)).get(0).values())
        .containsEntry("channel", "shop");
    assertThat(store.compact(DATASET, written)).as("their columns still differ").isEmpty();
  }

  @Test
  void aFileWhoseRowsAreAllErasedStaysWithItsRange() throws Exception {
    MasterFile file;
    try (MasterWriter writer = store.open(Orders.DATASET, 0, 0, DAY)) {
      append(writer, 3);
      file = writer.commit(5);
    }

    MasterStore.Erased erased = store.erase(DATASET, file, new long[] {3}).orElseThrow();

    assertThat(erased).isEqualTo(new MasterStore.Erased(file, 1, 0, 0));
    assertThat(store.rows(DATASET, file)).isEmpty();
    assertThat(store.list(DATASET).cover(0).files()).containsExactly(file);
  }

  @Test
  void aDatasetWithoutFilesIsEmpty() throws Exception {
    assertThat(store.list("nothing").files()).isEmpty();
    assertThat(undecodable(store, "nothing")).isEmpty();
    assertThat(store.removeLeftovers("nothing", 0)).isZero();
  }

  /** All of the partitions that these tests use. */
  static List<Undecodable> undecodable(MasterStore store, String dataset) throws IOException {
    Offsets all = new Offsets(Map.of(0, Long.MAX_VALUE, 1, Long.MAX_VALUE, 2, Long.MAX_VALUE));
    return store.undecodable(dataset, Offsets.NONE, all);
  }

  private void append(MasterWriter writer, long offset) throws Exception {
    writer.append(
        decoder.decode(Orders.encoded(Orders.values(new Random(offset)))), offset, offset);
  }
}
