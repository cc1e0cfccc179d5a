package io.anabranch.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.views.Catalog.Applied;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every catalog does; a backend runs it by a subclass that gives a catalog. */
public abstract class CatalogContract {
  private static final AtomicInteger DATASETS = new AtomicInteger();
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final String dataset = "contract_" + DATASETS.incrementAndGet();
  private Catalog catalog;

  /** The catalog under test; the datasets that the contract writes are its own. */
  protected abstract Catalog catalog();

  @BeforeEach
  void open() {
    catalog = catalog();
  }

  private Version version(long number) {
    return new Version(
        dataset,
        new Cut(number, new Offsets(Map.of(0, 10 * number, 3, 7L))),
        Map.of("median(age)", "37.5"),
        Map.of("v", "abc"),
        100,
        90,
        40,
        12345,
        NOON.plusSeconds(number),
        Duration.ofMillis(1234),
        "");
  }

  @Test
  void numbersMarkersFromOneWithoutARepeat() {
    assertThat(catalog.nextMarker(dataset)).isEqualTo(1);
    assertThat(catalog.nextMarker(dataset)).isEqualTo(2);
    assertThat(catalog.nextMarker(dataset + "_b")).isEqualTo(1);
  }

  @Test
  void recordsAnEpochOnceHoweverOftenItIsTold() {
    EpochStart start = new EpochStart(1, 4, 99, 3);
    catalog.recordEpoch(dataset, start);
    catalog.recordEpoch(dataset, start);
    catalog.recordEpoch(dataset, new EpochStart(0, 4, 17, 3));
    assertThat(catalog.epochs(dataset))
        .containsExactlyInAnyOrder(start, new EpochStart(0, 4, 17, 3));
  }

  @Test
  void knowsNothingOfANewDataset() {
    assertThat(catalog.published(dataset)).isEmpty();
    assertThat(catalog.versions(dataset)).isEmpty();
    assertThat(catalog.epochs(dataset)).isEmpty();
    assertThat(catalog.applied(dataset)).isEmpty();
  }

  @Test
  void keepsVersionsWholeAndInOrder() {
    catalog.addVersion(version(9));
    catalog.addVersion(version(2));
    assertThat(catalog.versions(dataset)).containsExactly(version(2), version(9));
    assertThat(catalog.published(dataset)).isEmpty();
    assertThat(catalog.version(dataset, 9)).contains(version(9));
  }

  @Test
  void publishesOnlyOnTheExpectedVersion() {
    catalog.addVersion(version(2));
    catalog.addVersion(version(9));
    assertThat(catalog.publish(dataset, 0, 2, "ada")).isTrue();
    assertThat(catalog.publish(dataset, 0, 9, "bob")).isFalse();
    assertThat(catalog.published(dataset)).contains(version(2).publishedBy("ada"));
    assertThat(catalog.publish(dataset, 2, 9, "bob")).isTrue();
    assertThat(catalog.publish(dataset, 9, 2, "eve")).isTrue();
    assertThat(catalog.published(dataset)).contains(version(2).publishedBy("eve"));
  }

  @Test
  void refusesToPublishWhatItDoesNotHave() {
    assertThatThrownBy(() -> catalog.publish(dataset, 0, 5, "ada"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5");
  }

  @Test
  void forgetsAVersionButNeverThePublishedOne() {
    catalog.addVersion(version(2));
    catalog.addVersion(version(9));
    catalog.publish(dataset, 0, 9, "ada");
    catalog.removeVersion(dataset, 2);
    assertThat(catalog.versions(dataset)).hasSize(1);
    assertThatThrownBy(() -> catalog.removeVersion(dataset, 9))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void advancesAppliedAndNeverStepsBack() {
    catalog.advanceApplied(dataset, 0, new Applied(0, 100, NOON));
    catalog.advanceApplied(dataset, 0, new Applied(0, 60, NOON.minusSeconds(5)));
    catalog.advanceApplied(dataset, 4, new Applied(7, 8, NOON));
    assertThat(catalog.applied(dataset))
        .containsOnly(
            Map.entry(0, new Applied(0, 100, NOON)), Map.entry(4, new Applied(7, 8, NOON)));
    catalog.advanceApplied(dataset, 0, new Applied(0, 101, NOON.plusSeconds(1)));
    assertThat(catalog.applied(dataset)).containsEntry(0, new Applied(0, 101, NOON.plusSeconds(1)));
  }

  @Test
  void bindsADatasetToTheFirstTopic() {
    assertThat(catalog.bindTopic(dataset, "first")).isEqualTo("first");
    assertThat(catalog.bindTopic(dataset, "second")).isEqualTo("first");
  }
}
