package io.anabranch.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SourcesTest {
  private static final String GOOD =
      """
      dataset: visits
      schema: Visit
      topic: {name: visits, partitions: 1, key: id}
      identity: {fields: [id], horizon: PT24H}
      event-time: at
      sources:
        files:
          format: csv
          delimiter: "||"
          quote: "'"
          header: [id, "", local]
          columns:
            id: id
            at: {column: local, pattern: "dd.MM.yyyy HH:mm", zone: Europe/Copenhagen, when-twice: refuse, when-absent: shift}
        api:
          format: http
          url: https://example.org/dataset/visits
          sort: at,id
          from: "2026-01-01T00:00:00Z"
          overlap: P2D
          rate: 4
          authorization: VISITS_TOKEN
          columns: {id: Id, at: At}
      hive: {table: visits, partition-by: day(at)}
      hbase: {table: visits, row-key: id, families: {f: [id]}}
      views:
        by_id:
          grain: PT1H
          dimensions: [id]
          measures: {visits: count}
      """;

  @TempDir Path folder;

  @BeforeEach
  void writeSchema() throws IOException {
    Files.createDirectories(folder.resolve("avro"));
    Files.writeString(
        folder.resolve("avro/Visit.avsc"),
        """
        {"type": "record", "name": "Visit", "fields": [
          {"name": "id", "type": "string"},
          {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}}
        ]}
        """);
  }

  private Dataset read(String yaml) throws IOException {
    return Datasets.read(Files.writeString(folder.resolve("visits.yaml"), yaml), folder);
  }

  @Test
  void readsFilesAndPolledSources() throws IOException {
    Dataset visits = read(GOOD);
    CsvMapping files = visits.sources(CsvMapping.class).get(0);
    assertThat(files.delimiter()).isEqualTo("||");
    assertThat(files.quote()).isEqualTo('\'');
    assertThat(files.header()).contains(List.of("id", "", "local"));
    assertThat(files.columns().headers()).containsExactly("id", "local");
    HttpSource api = visits.sources(HttpSource.class).get(0);
    assertThat(api.gap()).isEqualTo(Duration.ofMillis(250));
    assertThat(api.every()).isEqualTo(Duration.ofHours(1));
    assertThat(api.zone()).isEqualTo(ZoneOffset.UTC);
    assertThat(api.authorization()).contains("VISITS_TOKEN");
  }

  @Test
  void readsALocalTimeAsDeclaredWhereClocksWereChanged() throws IOException {
    LocalDateTime twice = LocalDateTime.parse("2024-10-27T02:30");
    LocalDateTime absent = LocalDateTime.parse("2024-03-31T02:30");
    ColumnSource.LocalTime refusing = localTime(GOOD);
    ColumnSource.LocalTime earlier =
        localTime(GOOD.replace("when-twice: refuse, when-absent: shift", "when-twice: earlier"));
    ColumnSource.LocalTime later = localTime(GOOD.replace("twice: refuse", "twice: later"));

    assertThat(refusing.instant(twice)).isEmpty();
    assertThat(earlier.instant(twice)).contains(Instant.parse("2024-10-27T00:30:00Z"));
    assertThat(later.instant(twice)).contains(Instant.parse("2024-10-27T01:30:00Z"));
    assertThat(refusing.instant(absent)).contains(Instant.parse("2024-03-31T01:30:00Z"));
    assertThat(earlier.instant(absent)).isEmpty();
    assertThat(earlier.instant(LocalDateTime.parse("2024-07-01T12:00")))
        .contains(Instant.parse("2024-07-01T10:00:00Z"));
  }

  private ColumnSource.LocalTime localTime(String yaml) throws IOException {
    return (ColumnSource.LocalTime) read(yaml).sources().get("files").columns().sources().get("at");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          format: http             ~ format: ftp                ~ sources.api.format: unknown format 'ftp', expected one of csv, http
          delimiter: "||"          ~ delimiter: "'"             ~ none of them the quote
          delimiter: "||"          ~ delimiter: ""              ~ expected one character or more
          quote: "'"               ~ quote: "''"                ~ expected one character
          [id, "", local]          ~ [id, id, local]            ~ the column 'id' stands twice
          [id, "", local]          ~ [id, ""]                   ~ sources.files.header: lacks [local]
          when-twice: refuse       ~ when-twice: both           ~ unknown choice 'both', expected one of earlier, later, refuse
          https://example.org      ~ file:///etc                ~ expected http://... or https://...
          https://example.org      ~ https://user:pw@e.org      ~ no user and no password in an address
          dataset/visits           ~ dataset/visits?token=1     ~ secrets go to 'authorization'
          VISITS_TOKEN             ~ Bearer x9=                 ~ not a secret
          {id: Id, at: At}         ~ {id: Id}                   ~ sources.api.columns: lacks the event time 'at'
          {id: Id, at: At}         ~ {ids: Id, at: At}          ~ unknown field 'ids'
          "2026-01-01T00:00:00Z"   ~ "2026-01-01"               ~ expected a UTC time such as
          overlap: P2D             ~ overlap: 2d                ~ expected a duration
          rate: 4                  ~ rate: 0                    ~ expected a number from
          """)
  void tellsWhereAndWhatIsWrong(String good, String bad, String message) {
    assertThat(GOOD).contains(good);
    assertThatThrownBy(() -> read(GOOD.replace(good, bad)))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("visits.yaml:")
        .hasMessageContaining(message);
  }
}
