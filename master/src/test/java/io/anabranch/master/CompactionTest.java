package io.anabranch.master;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CompactionTest {
  private static final LocalDate DAY = LocalDate.parse("2026-11-21");

  private static Cover cover(LocalDate day, long... ends) {
    List<MasterFile> files = new ArrayList<>();
    long first = 0;
    for (long end : ends) {
      files.add(new MasterFile(day, 3, first, end));
      first = end;
    }
    return Cover.of(files, 3);
  }

  @Test
  void neighboursAreJoinedUpToTheSize() {
    List<List<MasterFile>> groups = Compaction.groups(cover(DAY, 30, 60, 90, 120, 150), 100);
    assertThat(groups).hasSize(2);
    assertThat(Compaction.joined(groups.get(0))).isEqualTo(new MasterFile(DAY, 3, 0, 90));
    assertThat(Compaction.joined(groups.get(1))).isEqualTo(new MasterFile(DAY, 3, 90, 150));
  }

  @Test
  void wideFilesStayAsTheyAreAndPartTheirNeighbours() {
    List<List<MasterFile>> groups = Compaction.groups(cover(DAY, 10, 20, 80, 90, 91), 100);
    assertThat(groups)
        .containsExactly(
            List.of(new MasterFile(DAY, 3, 0, 10), new MasterFile(DAY, 3, 10, 20)),
            List.of(new MasterFile(DAY, 3, 80, 90), new MasterFile(DAY, 3, 90, 91)));
  }

  @Test
  void daysStayApartAndOneFileIsNoGroup() {
    List<MasterFile> files =
        List.of(new MasterFile(DAY, 3, 0, 10), new MasterFile(DAY.plusDays(1), 3, 10, 20));
    assertThat(Compaction.groups(Cover.of(files, 3), 100)).isEmpty();
  }
}
