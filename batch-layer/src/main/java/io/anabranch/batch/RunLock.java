package io.anabranch.batch;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/**
 * One batch run or erasure per dataset at a time, and one that rewrites its master files: an
 * ephemeral node in ZooKeeper each. The node of an owner that died vanishes with its session, so
 * that the next run only waits a moment.
 */
final class RunLock implements AutoCloseable {
  private static final String PARENT = "/anabranch-batch";
  private static final Duration SESSION = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(45);

  /** What only one process does at a time. */
  private enum Right {
    RUN("", "batch run or erasure"),
    REWRITE(".files", "compaction or erasure");

    private final String suffix;
    private final String words;

    Right(String suffix, String words) {
      this.suffix = suffix;
      this.words = words;
    }
  }

  private final ZooKeeper zooKeeper;
  private final Right right;
  private final String node;
  private volatile boolean lost;

  private RunLock(String quorum, String dataset, Right right)
      throws IOException, InterruptedException {
    CountDownLatch connected = new CountDownLatch(1);
    this.right = right;
    this.node = PARENT + "/" + dataset + right.suffix;
    this.zooKeeper =
        new ZooKeeper(quorum, (int) SESSION.toMillis(), event -> observe(event, connected));
    if (!connected.await(20, TimeUnit.SECONDS)) {
      zooKeeper.close();
      throw Problem.unreachable(
          "ZooKeeper at " + quorum + " does not answer: start the stack with 'anabranch up'");
    }
  }

  private void observe(WatchedEvent event, CountDownLatch connected) {
    if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
      connected.countDown();
    } else if (event.getState() == Watcher.Event.KeeperState.Expired) {
      lost = true;
    }
  }

  /**
   * Takes the lock; waits for that of an owner that is gone to vanish.
   *
   * @throws Problem status 1 if another run of the dataset is under way
   */
  static RunLock take(String quorum, String dataset) {
    return take(quorum, dataset, Right.RUN);
  }

  /**
   * Takes the lock of whoever writes master files anew; waits as {@link #take} does.
   *
   * @throws Problem status 1 if a compaction or erasure of the dataset is under way
   */
  static RunLock takeFiles(String quorum, String dataset) {
    return take(quorum, dataset, Right.REWRITE);
  }

  private static RunLock take(String quorum, String dataset, Right right) {
    RunLock lock = null;
    try {
      lock = new RunLock(quorum, dataset, right);
      lock.acquire(dataset);
      return lock;
    } catch (IOException | KeeperException e) {
      closeQuietly(lock);
      throw Problem.unreachable("ZooKeeper at " + quorum + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      closeQuietly(lock);
      Thread.currentThread().interrupt();
      throw Problem.failed("interrupted while waiting for another run of " + dataset);
    } catch (RuntimeException e) {
      closeQuietly(lock);
      throw e;
    }
  }

  private static void closeQuietly(RunLock lock) {
    if (lock != null) {
      lock.close();
    }
  }

  private void acquire(String dataset) throws KeeperException, InterruptedException {
    long pid = ProcessHandle.current().pid();
    byte[] owner = (pid + " since " + Instant.now()).getBytes(StandardCharsets.UTF_8);
    try {
      zooKeeper.create(PARENT, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    } catch (KeeperException.NodeExistsException e) {
      // Another run made it once.
    }
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        zooKeeper.create(node, owner, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
        return;
      } catch (KeeperException.NodeExistsException e) {
        Optional<String> other = owner();
        if (other.isPresent() && (isAlive(other.get()) || System.nanoTime() > end)) {
          throw Problem.failed(
              "another %s of %s is under way (process %s): wait for it to end"
                  .formatted(right.words, dataset, other.get()));
        }
        TimeUnit.MILLISECONDS.sleep(200);
      }
    }
  }

  private Optional<String> owner() throws KeeperException, InterruptedException {
    try {
      return Optional.of(new String(zooKeeper.getData(node, false, null), StandardCharsets.UTF_8));
    } catch (KeeperException.NoNodeException e) {
      return Optional.empty();
    }
  }

  /** On this machine; an owner elsewhere is told by its session alone. */
  private static boolean isAlive(String owner) {
    long pid = Long.parseLong(owner.substring(0, owner.indexOf(' ')));
    return pid != ProcessHandle.current().pid() && ProcessHandle.of(pid).isPresent();
  }

  /**
   * To be asked before each step that others see.
   *
   * @throws Problem if the lock was lost, for example because the JVM stood still for too long
   */
  void requireHeld() {
    if (lost) {
      throw Problem.failed(
          "the lock of this run expired in ZooKeeper: nothing was published, start the run again");
    }
  }

  @Override
  public void close() {
    try {
      zooKeeper.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
