package io.anabranch.jobs.store;

class MemoryJobStoreTest extends JobStoreContract {
  @Override
  JobStore open() {
    return new MemoryJobStore();
  }
}
