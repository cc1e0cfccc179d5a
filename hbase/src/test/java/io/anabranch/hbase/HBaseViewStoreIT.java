package io.anabranch.hbase;

import io.anabranch.views.ViewStore;
import io.anabranch.views.ViewStoreContract;
import java.time.Duration;

final class HBaseViewStoreIT extends ViewStoreContract {
  @Override
  protected ViewStore store() {
    return MiniHBase.connection().viewStore(dataset -> Duration.ofDays(1));
  }

  /** Writing a memstore to disk drops the versions that are too many. */
  @Override
  protected void tidy(String dataset) {
    HBaseCall.run(() -> MiniHBase.cluster().flush(Tables.deltas(dataset)));
  }
}
