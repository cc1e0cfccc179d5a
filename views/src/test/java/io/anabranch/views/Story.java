package io.anabranch.views;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * What happens to a river, step by step. All chance lies in the numbers of the steps, and each step
 * can be played in any state of the river (with little effect, where it has no place there), so a
 * story stays playable when steps are taken out of it.
 */
record Story(long seed, List<Step> steps) {
  /** What may happen. The number is how often, beside the others. */
  enum Kind {
    /** A record is appended to the log. */
    APPEND(34),
    /** A marker is appended: to all partitions, not to some, twice to some. */
    MARK(4),
    /** A marker that missed a partition, or any older one, is appended there late. */
    MARK_LATE(2),
    ADD_PARTITION(1),
    /** Ingest writes the next master file. */
    INGEST(12),
    /** Neighbouring master files become one, beside them. */
    COMPACT(2),
    /** A speed writer folds the next records, and may flush. */
    FOLD(20),
    /** A speed writer is started (again), and may first be given records that it knows. */
    RESTART(5),
    /** The topic forgets its oldest records. */
    RETAIN(1),
    /** The topic is deleted and made anew. */
    RECREATE(1),
    /** A batch run appends its marker. */
    BEGIN_RUN(5),
    /** A batch run that waits goes on, and publishes if it comes that far. */
    END_RUN(10),
    ROLLBACK(2),
    /** An erasure appends its marker. */
    BEGIN_ERASURE(2),
    /** An erasure that waits is recorded, if it comes that far. */
    RECORD_ERASURE(4),
    /** What recorded erasures leave out is removed from where it is kept, if nobody needs it. */
    END_ERASURE(6),
    EXPIRE(3),
    /** Everything that is there is read. */
    READ(6),
    /** A slow reader learns how far everything has come. */
    BEGIN_READ(4),
    /** A slow reader reads the cells, as of what it learnt. */
    END_READ(4),
    /** Everything before a marker is read. */
    READ_PINNED(4);

    final int weight;

    Kind(int weight) {
      this.weight = weight;
    }
  }

  /**
   * A step.
   *
   * @param a chance, 0 or more, as b to e are; each kind says in {@code River} what they mean
   */
  record Step(Kind kind, int a, int b, int c, int d, int e) {
    @Override
    public String toString() {
      return "new Step(Kind.%s, %s, %s, %s, %s, %s)".formatted(kind, a, b, c, d, e);
    }
  }

  private static final int MAX_STEPS = 120;
  private static final int CHANCE = 10_000;
  private static final List<Kind> KINDS = weighted();

  private static List<Kind> weighted() {
    List<Kind> kinds = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (int i = 0; i < kind.weight; i++) {
        kinds.add(kind);
      }
    }
    return List.copyOf(kinds);
  }

  /** The story of a seed; always the same one. */
  static Story of(long seed) {
    Random random = new Random(seed * 0x9E3779B97F4A7C15L);
    int length = 20 + random.nextInt(MAX_STEPS - 20);
    List<Step> steps = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      Kind kind = KINDS.get(random.nextInt(KINDS.size()));
      steps.add(
          new Step(
              kind,
              random.nextInt(CHANCE),
              random.nextInt(CHANCE),
              random.nextInt(CHANCE),
              random.nextInt(CHANCE),
              random.nextInt(CHANCE)));
    }
    return new Story(seed, steps);
  }

  /**
   * A short story that fails as this one does: steps are taken out, many at a time and then one by
   * one, as long as what is left still fails.
   */
  Story shrink(java.util.function.Predicate<Story> fails) {
    Story shortest = this;
    for (int size = Math.max(1, steps.size() / 2); size >= 1; size /= 2) {
      boolean shrunk = true;
      while (shrunk) {
        shrunk = false;
        for (int from = 0; from < shortest.steps.size(); ) {
          Story without = shortest.without(from, from + size);
          if (fails.test(without)) {
            shortest = without;
            shrunk = true;
          } else {
            from += size;
          }
        }
      }
    }
    return shortest;
  }

  private Story without(int from, int to) {
    List<Step> left = new ArrayList<>(steps.subList(0, from));
    left.addAll(steps.subList(Math.min(to, steps.size()), steps.size()));
    return new Story(seed, left);
  }

  @Override
  public String toString() {
    return "seed %s, %s steps:\n%s"
        .formatted(
            seed,
            steps.size(),
            steps.stream().map(step -> "  " + step).collect(Collectors.joining("\n")));
  }
}
