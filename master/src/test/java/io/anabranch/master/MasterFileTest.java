package io.anabranch.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MasterFileTest {
  @Property
  void aNameReadsBackAsTheFileThatWroteIt(
      @ForAll @IntRange(max = 20_000) int day,
      @ForAll @IntRange(max = 9_999) int partition,
      @ForAll @LongRange(max = 1L << 58) long first,
      @ForAll @LongRange(min = 1, max = 1L << 58) long count) {
    MasterFile file = new MasterFile(LocalDate.ofEpochDay(day), partition, first, first + count);

    assertThat(MasterFile.parse(file.name())).contains(file);
  }

  @Test
  void aNameIsTheOneOfTheContract() {
    assertThat(new MasterFile(LocalDate.parse("2026-11-21"), 2, 0, 17).name())
        .isEqualTo("day=2026-11-21/2-0-17.parquet");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "day=2026-11-21/2-17-17.parquet",
        "day=2026-11-21/2-18-17.parquet",
        "day=2026-02-30/2-0-17.parquet",
        "day=2026-11-21/02-0-17.parquet",
        "day=2026-11-21/_2-0-17.parquet",
        "day=2026-11-21/2-0-17.parquet.crc",
        "2-0-17.parquet",
        "day=2026-11-21/2-0-99999999999999999999.parquet"
      })
  void whatIsNoNameOfOursIsRefused(String name) {
    assertThat(MasterFile.parse(name)).isEmpty();
  }

  @Test
  void anEmptyRangeIsNoFile() {
    assertThatThrownBy(() -> new MasterFile(LocalDate.EPOCH, 0, 5, 5))
        .hasMessageContaining("not empty");
  }
}
