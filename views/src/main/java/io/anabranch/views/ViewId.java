package io.anabranch.views;

import io.anabranch.schemas.View;

/**
 * A view in keys: the first 4 bytes of its fingerprint. A changed definition is another view, with
 * other keys.
 */
public record ViewId(int id) {
  public static ViewId of(View view) {
    return new ViewId(Integer.parseUnsignedInt(view.fingerprint().substring(0, 8), 16));
  }
}
