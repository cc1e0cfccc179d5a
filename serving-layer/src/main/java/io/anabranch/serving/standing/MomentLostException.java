package io.anabranch.serving.standing;

/** The stores no longer hold what was there at a moment that is asked for. */
public final class MomentLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param why what happened since then
   */
  public MomentLostException(String why) {
    super("the moment of as_of can no longer be read: %s; ask without as_of".formatted(why));
  }
}
