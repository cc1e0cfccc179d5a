package io.anabranch.views;

/** Another writer has begun to fold other views of a partition: whoever gets this begins anew. */
public final class OtherViewsException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  OtherViewsException() {
    super("another writer has begun to fold other views of this partition");
  }
}
