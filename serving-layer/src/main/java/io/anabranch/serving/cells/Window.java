package io.anabranch.serving.cells;

import io.anabranch.runtime.Problem;
import io.anabranch.views.Buckets;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A window that ends with the end of each bucket and moves on with it. The row of a bucket is the
 * sum of all records in its window; a bucket whose window holds no record has no row.
 *
 * @param text as it was asked for
 * @param seconds how long it is: one bucket or several
 * @param step seconds of a bucket
 */
public record Window(String text, long seconds, long step) {
  private static final Duration LONGEST = Duration.ofDays(36_500);

  /**
   * A window over the buckets of a grain.
   *
   * @param text an ISO 8601 duration, a multiple of the grain, up to 36,500 days
   * @throws Problem if it is none, or the grain's buckets are not equally wide
   */
  public static Window parse(String text, Grain grain) {
    if (grain.kind() != Grain.Kind.FIXED) {
      throw Problem.badInput(
          "window '%s' moves by buckets of one width, which those of grain %s are not: write grain=P1D, say"
              .formatted(text, grain.text()));
    }
    try {
      Duration duration = Duration.parse(text);
      Duration step = Duration.ofSeconds(grain.seconds());
      boolean isInBounds = duration.compareTo(step) >= 0 && duration.compareTo(LONGEST) <= 0;
      if (isInBounds && duration.equals(step.multipliedBy(duration.dividedBy(step)))) {
        return new Window(text, duration.toSeconds(), grain.seconds());
      }
    } catch (DateTimeParseException e) {
      // told below, like a window that ends within a bucket
    }
    throw Problem.badInput(
        "window '%s' is none: write a multiple of the grain %s, such as %s"
            .formatted(
                text,
                grain.text(),
                Grain.display(Duration.ofSeconds(7).multipliedBy(grain.seconds()))));
  }

  /** The view's buckets that the rows of a range are made of. */
  Buckets read(Buckets rows) {
    boolean isOpen = rows.from() == Buckets.ALL.from();
    boolean isEmpty = rows.from() >= rows.to();
    return isOpen || isEmpty ? rows : new Buckets(firstRow(rows) + step - seconds, rows.to());
  }

  private long firstRow(Buckets rows) {
    return rows.from() == Buckets.ALL.from()
        ? rows.from()
        : Buckets.startOf(rows.from(), Duration.ofSeconds(step));
  }

  /**
   * The rows of a range.
   *
   * @param groups sums of single buckets, in order
   * @param rollUp adds them up, and says how many rows are too many
   */
  List<Group> over(List<Group> groups, Buckets rows, RollUp rollUp) {
    Map<List<String>, List<Group>> series = new HashMap<>();
    for (Group group : groups) {
      series.computeIfAbsent(group.key().dimensions(), d -> new ArrayList<>()).add(group);
    }
    List<Group> all = new ArrayList<>();
    for (List<Group> one : series.values()) {
      slide(one, rows, rollUp, all);
    }
    all.sort(Comparator.comparing(Group::key));
    return all;
  }

  private void slide(List<Group> series, Buckets rows, RollUp rollUp, List<Group> into) {
    SlidingSum sum = new SlidingSum(rollUp);
    int next = 0;
    long bucket = Math.max(firstRow(rows), series.get(0).key().bucket());
    while (bucket < rows.to()) {
      while (next < series.size() && series.get(next).key().bucket() <= bucket) {
        sum.add(series.get(next++));
      }
      sum.dropBefore(bucket + step - seconds);
      if (!sum.isEmpty()) {
        into.add(sum.at(bucket));
        rollUp.refuseTooMany(into.size());
        bucket += step;
      } else if (next < series.size()) {
        bucket = series.get(next).key().bucket();
      } else {
        return;
      }
    }
  }
}
