package io.anabranch.views;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Every read of a river equals the naive fold over exactly the offsets that it claims, or is
 * refused, whatever happens. {@code -Dsimulation.stories=1000000} plays more stories, {@code
 * -Dsimulation.seed=N} begins at another one.
 */
final class RiverSimulationTest {
  private static final long STORIES = Long.getLong("simulation.stories", 10_000);
  private static final long FIRST_SEED = Long.getLong("simulation.seed", 1);

  @Test
  void everyReadEqualsTheNaiveFoldOrIsRefused() {
    River.Tally total = new River.Tally();
    AtomicLong played = new AtomicLong();
    Optional<Story> failure =
        LongStream.range(FIRST_SEED, FIRST_SEED + STORIES)
            .parallel()
            .mapToObj(Story::of)
            .filter(
                story -> {
                  try {
                    River.Tally tally = River.play(story);
                    synchronized (total) {
                      total.add(tally);
                    }
                    played.incrementAndGet();
                    return false;
                  } catch (AssertionError | RuntimeException e) {
                    return true;
                  }
                })
            .findAny();
    failure.ifPresent(RiverSimulationTest::explain);
    System.out.printf("%,d stories: %s%n", played.get(), total);
    assertThat(total.exactReads).isGreaterThan(STORIES);
    assertThat(total.pinnedReads).isGreaterThan(STORIES / 20);
    assertThat(total.refusedReads).isGreaterThan(STORIES / 100);
    assertThat(total.crashes).isGreaterThan(STORIES);
    assertThat(total.versions).isGreaterThan(STORIES / 10);
    assertThat(total.incremental).isGreaterThan(STORIES / 100);
    assertThat(total.rebuilt).isGreaterThan(STORIES / 1000);
    assertThat(total.expiredDeltas).isGreaterThan(STORIES / 100);
    assertThat(total.forgottenEpochs).isGreaterThan(STORIES / 100);
    assertThat(total.erased).isGreaterThan(STORIES / 20);
  }

  private static void explain(Story failing) {
    Story shortest = failing.shrink(RiverSimulationTest::fails);
    try {
      River.play(shortest);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "A story fails; -Dsimulation.seed=%s plays it first. Shortest, %s\n%s"
              .formatted(failing.seed(), shortest, e),
          e);
    }
  }

  private static boolean fails(Story story) {
    try {
      River.play(story);
      return false;
    } catch (AssertionError | RuntimeException e) {
      return true;
    }
  }

  @Test
  void aFailingStoryShrinksToWhatItNeeds() {
    Story story = Story.of(7);
    Story shortest =
        story.shrink(
            s ->
                s.steps().stream().filter(step -> step.kind() == Story.Kind.APPEND).count() >= 2
                    && s.steps().stream().anyMatch(step -> step.kind() == Story.Kind.FOLD));
    assertThat(shortest.steps())
        .extracting(Story.Step::kind)
        .containsExactlyInAnyOrder(Story.Kind.APPEND, Story.Kind.APPEND, Story.Kind.FOLD);
    assertThat(Story.of(7)).isEqualTo(story);
  }
}
