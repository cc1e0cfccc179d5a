package io.anabranch.serving.cells;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The sum of the groups in a window. Sums cannot be taken back, so those of what leaves first are
 * held ready: {@code leaving} has each the sum of itself and all that leave after it, {@code
 * entered} what came since. Every group is added up at most twice, however long the window is.
 */
final class SlidingSum {
  private final RollUp rollUp;
  private final Deque<Group> leaving = new ArrayDeque<>();
  private final List<Group> entered = new ArrayList<>();
  private Group enteredSum;

  SlidingSum(RollUp rollUp) {
    this.rollUp = rollUp;
  }

  /** Takes in the group of a bucket later than all before. */
  void add(Group group) {
    entered.add(group);
    enteredSum = enteredSum == null ? group : rollUp.plus(enteredSum, group);
  }

  /** Drops the groups of buckets that start before a time, epoch seconds. */
  void dropBefore(long start) {
    while (!isEmpty()) {
      if (leaving.isEmpty()) {
        turn();
      }
      if (leaving.peek().key().bucket() >= start) {
        return;
      }
      leaving.pop();
    }
  }

  private void turn() {
    Group sum = null;
    for (int i = entered.size() - 1; i >= 0; i--) {
      sum = sum == null ? entered.get(i) : rollUp.plus(entered.get(i), sum);
      leaving.push(sum);
    }
    entered.clear();
    enteredSum = null;
  }

  boolean isEmpty() {
    return leaving.isEmpty() && entered.isEmpty();
  }

  /** The sum as the group of a bucket. There must be one. */
  Group at(long bucket) {
    Group sum =
        leaving.isEmpty()
            ? enteredSum
            : enteredSum == null ? leaving.peek() : rollUp.plus(leaving.peek(), enteredSum);
    return sum.at(bucket);
  }
}
