package io.anabranch.views;

/** A read was so slow that what it wanted is no longer kept. Reading again helps. */
public final class SnapshotLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param end how far the partition was applied at the moment that was asked for
   */
  public SnapshotLostException(ViewStore.DeltaId delta, long end) {
    super(
        "the value of %s in partition %s, epoch %s, as of offset %s is no longer kept"
            .formatted(delta.key(), delta.partition(), delta.epoch(), end));
  }
}
