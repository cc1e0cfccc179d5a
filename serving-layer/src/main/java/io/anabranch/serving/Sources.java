package io.anabranch.serving;

import io.anabranch.jobs.Jobs;
import io.anabranch.runtime.UsersFile;
import io.anabranch.schemas.Datasets;
import io.anabranch.serving.jobs.SparkApplications;
import io.anabranch.serving.quality.QualityReports;
import io.anabranch.serving.standing.MasterEnds;
import io.anabranch.serving.standing.TopicOffsets;
import io.anabranch.serving.verify.Recompute;
import io.anabranch.views.Catalog;
import io.anabranch.views.ViewStore;
import java.time.Clock;
import java.util.Optional;

/**
 * What the serving layer reads from, and the jobs that it controls. Whoever made these closes them.
 *
 * @param jobs empty if this serving layer runs no schedules
 * @param spark what applications of Spark's did
 * @param users who may do what
 */
public record Sources(
    Datasets datasets,
    Catalog catalog,
    ViewStore store,
    TopicOffsets topics,
    MasterEnds master,
    QualityReports quality,
    Recompute recompute,
    Optional<Jobs> jobs,
    SparkApplications spark,
    UsersFile users,
    Clock clock) {}
