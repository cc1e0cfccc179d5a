package io.anabranch.master;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CoverTest {
  @Property(tries = 3000)
  void reachesAsFarAsAnyChainDoes(@ForAll long seed) {
    List<MasterFile> files = randomFiles(new Random(seed));

    Cover cover = Cover.of(files, 0);

    long from = files.stream().mapToLong(MasterFile::first).min().orElse(0);
    assertThat(cover.end()).isEqualTo(furthest(files, from));
  }

  @Property(tries = 3000)
  void joinsUpFromTheSmallestOffsetAndTakesNothingTwice(@ForAll long seed) {
    List<MasterFile> files = randomFiles(new Random(seed));

    Cover cover = Cover.of(files, 0);

    long at = files.stream().mapToLong(MasterFile::first).min().orElse(0);
    for (MasterFile file : cover.files()) {
      assertThat(file.first()).isEqualTo(at);
      assertThat(file.partition()).isZero();
      at = file.end();
    }
    assertThat(files).containsAll(cover.files());
  }

  @Property(tries = 3000)
  void takesTheWidestFileThatLeadsToTheEnd(@ForAll long seed) {
    List<MasterFile> files = randomFiles(new Random(seed));
    Cover cover = Cover.of(files, 0);

    for (MasterFile taken : cover.files()) {
      assertThat(files)
          .filteredOn(
              file ->
                  file.partition() == 0
                      && file.first() == taken.first()
                      && file.end() > taken.end())
          .allMatch(file -> furthest(files, file.end()) < cover.end());
    }
  }

  @Property(tries = 3000)
  void gapsAreTheOffsetsThatFilesBeyondTheChainLeaveOpen(@ForAll long seed) {
    List<MasterFile> files = new ArrayList<>();
    Random random = new Random(seed);
    List<Cover.Gap> gaps = new ArrayList<>();
    long at = 0;
    for (int i = 0; i < 12; i++) {
      long end = at + 1 + random.nextInt(5);
      if (i > 0 && i < 11 && random.nextInt(3) == 0) {
        if (!gaps.isEmpty() && gaps.get(gaps.size() - 1).end() == at) {
          gaps.set(gaps.size() - 1, new Cover.Gap(gaps.get(gaps.size() - 1).first(), end));
        } else {
          gaps.add(new Cover.Gap(at, end));
        }
      } else {
        files.add(file(at, end));
      }
      at = end;
    }
    java.util.Collections.shuffle(files, random);

    assertThat(Cover.of(files, 0).gaps()).isEqualTo(gaps);
  }

  @Test
  void aCompactedFileIsTakenInsteadOfTheSmallOnes() {
    assertThat(Cover.of(List.of(file(0, 4), file(4, 9), file(0, 9), file(9, 12)), 0).files())
        .containsExactly(file(0, 9), file(9, 12));
  }

  @Test
  void aWiderFileThatLeadsNowhereIsLeftOut() {
    assertThat(Cover.of(List.of(file(0, 15), file(0, 10), file(10, 20)), 0).files())
        .containsExactly(file(0, 10), file(10, 20));
  }

  @Test
  void aRangeThatOverlapsWithoutJoiningIsAGap() {
    assertThat(Cover.of(List.of(file(0, 10), file(5, 20)), 0).gaps())
        .containsExactly(new Cover.Gap(10, 20));
  }

  @Test
  void withoutFilesTheCoverEndsAtZero() {
    Cover cover = Cover.of(List.of(), 3);

    assertThat(cover.end()).isZero();
    assertThat(cover.first()).isEmpty();
    assertThat(cover.gaps()).isEmpty();
  }

  private static MasterFile file(long first, long end) {
    return new MasterFile(LocalDate.EPOCH, 0, first, end);
  }

  private static List<MasterFile> randomFiles(Random random) {
    List<MasterFile> files = new ArrayList<>();
    LongStream.range(0, random.nextInt(12))
        .forEach(
            i -> {
              long first = random.nextInt(14);
              files.add(
                  new MasterFile(
                      LocalDate.ofEpochDay(random.nextInt(2)),
                      random.nextInt(8) == 0 ? 1 : 0,
                      first,
                      first + 1 + random.nextInt(6)));
            });
    files.removeIf(file -> file.partition() == 1 && random.nextBoolean());
    return files.stream().anyMatch(f -> f.partition() == 0) ? withoutOthersBelow(files) : List.of();
  }

  /** Files of another partition stay, but never decide where the brute force begins. */
  private static List<MasterFile> withoutOthersBelow(List<MasterFile> files) {
    long smallest =
        files.stream().filter(f -> f.partition() == 0).mapToLong(MasterFile::first).min().orElse(0);
    return files.stream().filter(f -> f.partition() == 0 || f.first() >= smallest).toList();
  }

  private static long furthest(List<MasterFile> files, long from) {
    return files.stream()
        .filter(file -> file.partition() == 0 && file.first() == from)
        .mapToLong(file -> furthest(files, file.end()))
        .max()
        .orElse(from);
  }
}
