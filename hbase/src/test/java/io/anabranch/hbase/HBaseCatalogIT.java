package io.anabranch.hbase;

import io.anabranch.views.Catalog;
import io.anabranch.views.CatalogContract;

final class HBaseCatalogIT extends CatalogContract {
  @Override
  protected Catalog catalog() {
    return MiniHBase.connection().catalog();
  }
}
