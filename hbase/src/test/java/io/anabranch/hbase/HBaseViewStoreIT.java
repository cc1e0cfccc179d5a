package io.anabranch.hbase;

import io.anabranch.views.ViewStore;
import io.anabranch.views.ViewStoreContract;
import java.time.Duration;

final class HBaseViewStoreIT extends ViewStoreContract {
  @Override
  protected ViewStore store() {
    return MiniHBase.connection().viewStore(dataset -> Duration.ofDays(1));
  }
}
