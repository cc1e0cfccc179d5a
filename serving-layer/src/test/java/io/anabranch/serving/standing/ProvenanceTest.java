package io.anabranch.serving.standing;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.schemas.View;
import io.anabranch.serving.MemoryRiver;
import io.anabranch.views.Catalog.Applied;
import io.anabranch.views.MergedView;
import io.anabranch.views.OffsetRange;
import io.anabranch.views.Version;
import io.anabranch.views.ViewId;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProvenanceTest {
  private static final String DATASET = "customer_orders";
  private static final String TIME = "2026-01-01T10:00:00Z";

  private final MemoryRiver river = new MemoryRiver(DATASET);
  private final View changed = river.dataset().views().get("sales_by_category");
  private final View other = river.dataset().views().get("sales_by_country");

  /** A record, a marker, and two records behind it. */
  @BeforeEach
  void flow() {
    river.append(0, TIME, Map.of());
    long marker = river.mark();
    river.append(0, TIME, Map.of());
    river.append(0, TIME, Map.of());
    river.flow();
    river.batch(marker);
  }

  private Standing standing() {
    return Standing.read(river.dataset(), river.catalog, river, Clock.systemUTC());
  }

  private static List<OffsetRange> missing(Standing standing, View view) {
    Provenance provenance = Provenance.of(standing, view, MergedView.NOW);
    assertThat(provenance.exact()).isEqualTo(provenance.missing().isEmpty());
    return provenance.missing();
  }

  /** A writer that does not fold the changed view takes over the partition, then one that does. */
  private void changeAndChangeBack() {
    Applied applied = river.catalog.applied(DATASET).get(0);
    Map<ViewId, Long> less = new HashMap<>(applied.views());
    less.remove(ViewId.of(changed));
    river.catalog.beginFold(DATASET, 0, new Applied(0, applied.end(), applied.appended(), less));
    river.catalog.beginFold(DATASET, 0, applied);
  }

  @Test
  void nothingIsMissingOfViewsThatWereFoldedFromTheCutOn() {
    assertThat(missing(standing(), changed)).isEmpty();
    assertThat(missing(standing(), other)).isEmpty();
  }

  @Test
  void aViewLacksWhatWasAppliedBeforeTheSpeedLayerKnewIt() {
    changeAndChangeBack();
    river.append(0, TIME, Map.of());
    river.flow();
    assertThat(missing(standing(), changed)).containsExactly(new OffsetRange(0, 1, 4));
    assertThat(missing(standing(), other)).isEmpty();
  }

  @Test
  void aDatasetLacksWhatAnyOfItsViewsLacks() {
    assertThat(Provenance.of(standing()).exact()).isTrue();
    changeAndChangeBack();
    river.append(0, TIME, Map.of());
    river.flow();
    Provenance provenance = Provenance.of(standing());
    assertThat(provenance.missing()).containsExactly(new OffsetRange(0, 1, 4));
    assertThat(provenance.exact()).isFalse();
    Provenance ofOld = Provenance.of(standing(madeByAnotherDefinition()));
    assertThat(ofOld.missing()).containsExactly(new OffsetRange(0, 0, 4));
    assertThat(ofOld.exact()).isFalse();
  }

  private Standing standing(Version version) {
    return Standing.on(
        Optional.of(version), river.dataset(), river.catalog, river, Clock.systemUTC());
  }

  private Version madeByAnotherDefinition() {
    Version version = river.catalog.published(DATASET).orElseThrow();
    return new Version(
        DATASET,
        version.cut(),
        version.runs(),
        version.profile(),
        Map.of(changed.name(), "another"),
        version.definition(),
        version.counts(),
        version.created(),
        version.duration(),
        version.publication());
  }

  @Test
  void itLacksNothingOnceAVersionHasItsCutBehindThat() {
    changeAndChangeBack();
    long marker = river.mark();
    river.append(0, TIME, Map.of());
    river.flow();
    river.batch(marker);
    assertThat(missing(standing(), changed)).isEmpty();
  }

  @Test
  void anEarlierMomentLacksIt() {
    changeAndChangeBack();
    AsOf moment = AsOf.parse(AsOf.of(standing()).text());
    Standing then = Standing.of(moment, river.dataset(), river.catalog);
    assertThat(missing(then, changed)).containsExactly(new OffsetRange(0, 1, 4));
    assertThat(missing(then, other)).isEmpty();
  }
}
