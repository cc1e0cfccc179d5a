package io.anabranch.views;

import java.time.Clock;

final class MemoryIdentityLogTest extends IdentityLogContract {
  @Override
  protected IdentityLog emptyLog() {
    return new MemoryIdentityLog(Clock.systemUTC());
  }
}
