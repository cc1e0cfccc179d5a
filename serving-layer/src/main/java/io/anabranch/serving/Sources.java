package io.anabranch.serving;

import io.anabranch.schemas.Datasets;
import io.anabranch.serving.quality.QualityReports;
import io.anabranch.serving.standing.MasterEnds;
import io.anabranch.serving.standing.TopicOffsets;
import io.anabranch.serving.verify.Recompute;
import io.anabranch.views.Catalog;
import io.anabranch.views.ViewStore;
import java.time.Clock;

/** What the serving layer reads from. Whoever made these closes them. */
public record Sources(
    Datasets datasets,
    Catalog catalog,
    ViewStore store,
    TopicOffsets topics,
    MasterEnds master,
    QualityReports quality,
    Recompute recompute,
    Clock clock) {}
