package io.anabranch.views;

final class MemoryViewStoreTest extends ViewStoreContract {
  @Override
  protected ViewStore store() {
    return new MemoryViewStore();
  }

  @Override
  protected void tidy(String dataset) {}
}
