package io.anabranch.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.views.Catalog.Applied;
import io.anabranch.views.Version.Publication;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every catalog does; a backend runs it by a subclass that gives a catalog. */
public abstract class CatalogContract {
  private static final AtomicInteger DATASETS = new AtomicInteger();
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Publication ADA = new Publication("ada", NOON);
  private static final Publication BOB = new Publication("bob", NOON.plusSeconds(5));

  private static final ViewId SALES = new ViewId(7);
  private static final ViewId STOCK = new ViewId(-8);

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
        List.of(1L, number),
        Map.of("median(age)", "37.5"),
        Map.of("v", "abc"),
        "f00d",
        new Version.Counts(100, 90, 3, Map.of("no price", 7L), 40, 12345),
        NOON.plusSeconds(number),
        Duration.ofMillis(1234),
        Optional.empty());
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
  void forgetsTheEpochsItIsToldToAndNothingElse() {
    EpochStart gone = new EpochStart(0, 4, 17, 3);
    EpochStart kept = new EpochStart(1, 4, 17, 3);
    catalog.nextMarker(dataset);
    List.of(gone, kept).forEach(start -> catalog.recordEpoch(dataset, start));
    catalog.forgetEpochs(dataset, List.of());
    assertThat(catalog.epochs(dataset)).containsExactlyInAnyOrder(gone, kept);
    catalog.forgetEpochs(dataset, List.of(gone, new EpochStart(2, 4, 17, 3)));
    assertThat(catalog.epochs(dataset)).containsExactly(kept);
    assertThat(catalog.nextMarker(dataset)).isEqualTo(2);
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
    assertThat(catalog.publish(version(9), 0, ADA)).isTrue();
    assertThat(catalog.publish(version(2), 9, ADA)).isTrue();
    assertThat(catalog.versions(dataset))
        .containsExactly(version(2).with(ADA), version(9).with(ADA));
    assertThat(catalog.published(dataset)).contains(version(2).with(ADA));
    assertThat(catalog.version(dataset, 9)).contains(version(9).with(ADA));
  }

  @Test
  void publishesOnlyOnTheExpectedVersion() {
    assertThat(catalog.publish(version(2), 0, ADA)).isTrue();
    assertThat(catalog.publish(version(9), 0, BOB)).isFalse();
    assertThat(catalog.versions(dataset)).containsExactly(version(2).with(ADA));
    assertThat(catalog.publish(version(9), 2, BOB)).isTrue();
    assertThat(catalog.rollback(dataset, 2, 2, ADA)).isFalse();
    assertThat(catalog.rollback(dataset, 9, 2, BOB)).isTrue();
    assertThat(catalog.published(dataset)).contains(version(2).with(BOB));
  }

  @Test
  void refusesToPublishWhatItDoesNotHave() {
    assertThatThrownBy(() -> catalog.rollback(dataset, 0, 5, ADA))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5");
  }

  @Test
  void forgetsAVersionButNeverThePublishedOne() {
    catalog.publish(version(2), 0, ADA);
    catalog.publish(version(9), 2, ADA);
    assertThat(catalog.removeVersion(dataset, 2)).isTrue();
    assertThat(catalog.removeVersion(dataset, 9)).isFalse();
    assertThat(catalog.versions(dataset)).containsExactly(version(9).with(ADA));
    assertThat(catalog.published(dataset)).contains(version(9).with(ADA));
  }

  @Test
  void notesWhenAVersionCeasedToBePublished() {
    catalog.publish(version(2), 0, ADA);
    assertThat(catalog.replaced(dataset)).isEmpty();
    catalog.publish(version(9), 2, ADA);
    assertThat(catalog.replaced(dataset)).containsOnly(Map.entry(2L, ADA.at()));
    catalog.publish(version(11), 2, BOB);
    catalog.rollback(dataset, 2, 2, BOB);
    assertThat(catalog.replaced(dataset)).containsOnly(Map.entry(2L, ADA.at()));
    catalog.rollback(dataset, 9, 2, ADA);
    catalog.publish(version(11), 2, BOB);
    assertThat(catalog.replaced(dataset))
        .containsOnly(Map.entry(2L, BOB.at()), Map.entry(9L, ADA.at()));
    catalog.removeVersion(dataset, 2);
    catalog.removeVersion(dataset, 11);
    assertThat(catalog.replaced(dataset)).containsOnly(Map.entry(9L, ADA.at()));
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
  void keepsAGapThatAForgottenWriterDoesNotKnow() {
    catalog.advanceApplied(dataset, 0, new Applied(0, 100, NOON));
    catalog.advanceApplied(dataset, 0, new Applied(120, 120, Instant.EPOCH));
    catalog.advanceApplied(dataset, 0, new Applied(0, 130, NOON));
    assertThat(catalog.applied(dataset)).containsEntry(0, new Applied(120, 130, NOON));
    catalog.advanceApplied(dataset, 0, new Applied(125, 128, NOON));
    assertThat(catalog.applied(dataset)).containsEntry(0, new Applied(125, 130, NOON));
  }

  @Test
  void remembersSinceWhenEachViewIsFolded() {
    catalog.advanceApplied(dataset, 0, new Applied(0, 100, NOON, Map.of(SALES, 0L)));
    catalog.beginFold(dataset, 0, new Applied(0, 90, NOON, Map.of(SALES, 90L, STOCK, 90L)));
    assertThat(catalog.applied(dataset))
        .containsEntry(0, new Applied(0, 100, NOON, Map.of(SALES, 0L, STOCK, 100L)));
    catalog.advanceApplied(dataset, 0, new Applied(0, 120, NOON, Map.of(SALES, 90L, STOCK, 90L)));
    assertThat(catalog.applied(dataset))
        .containsEntry(0, new Applied(0, 120, NOON, Map.of(SALES, 0L, STOCK, 100L)));
  }

  @Test
  void takesNothingFromAWriterOfOtherViews() {
    catalog.advanceApplied(dataset, 0, new Applied(0, 100, NOON, Map.of(SALES, 0L)));
    catalog.beginFold(dataset, 0, new Applied(0, 100, NOON, Map.of(STOCK, 100L)));
    assertThatThrownBy(
            () -> catalog.advanceApplied(dataset, 0, new Applied(0, 130, NOON, Map.of(SALES, 0L))))
        .isInstanceOf(OtherViewsException.class);
    assertThat(catalog.applied(dataset))
        .containsEntry(0, new Applied(0, 100, NOON, Map.of(STOCK, 100L)));
  }

  @Test
  void aRangeFromBeforeViewsWereNotedIsThatOfAll() {
    catalog.advanceApplied(dataset, 0, new Applied(7, 100, NOON));
    catalog.beginFold(dataset, 0, new Applied(7, 100, NOON, Map.of(SALES, 100L)));
    assertThat(catalog.applied(dataset))
        .containsEntry(0, new Applied(7, 100, NOON, Map.of(SALES, 7L)));
  }

  @Test
  void bindsADatasetToTheFirstTopic() {
    assertThat(catalog.bindTopic(dataset, "first")).isEqualTo("first");
    assertThat(catalog.bindTopic(dataset, "second")).isEqualTo("first");
  }
}
