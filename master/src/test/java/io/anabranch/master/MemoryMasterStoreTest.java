package io.anabranch.master;

class MemoryMasterStoreTest extends MasterStoreContract {
  @Override
  MasterStore emptyStore() {
    return new MemoryMasterStore();
  }
}
