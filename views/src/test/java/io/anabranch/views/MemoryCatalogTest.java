package io.anabranch.views;

final class MemoryCatalogTest extends CatalogContract {
  @Override
  protected Catalog catalog() {
    return new MemoryCatalog();
  }
}
