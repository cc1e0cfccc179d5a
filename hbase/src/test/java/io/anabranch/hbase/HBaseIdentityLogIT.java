package io.anabranch.hbase;

import io.anabranch.views.IdentityLog;
import io.anabranch.views.IdentityLogContract;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

final class HBaseIdentityLogIT extends IdentityLogContract {
  private static final AtomicInteger DATASETS = new AtomicInteger();

  @Override
  protected IdentityLog emptyLog() {
    return MiniHBase.connection()
        .sentLog("sent_" + DATASETS.incrementAndGet(), Duration.ofDays(1), 3);
  }
}
