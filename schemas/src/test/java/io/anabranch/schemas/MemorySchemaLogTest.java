package io.anabranch.schemas;

final class MemorySchemaLogTest extends SchemaLogContract {
  /** Open for as long as some opening of it is: closing one does not close the others. */
  @Override
  protected SchemaLog emptyLog() {
    return new MemorySchemaLog();
  }

  @Override
  protected SchemaLog sameLog(SchemaLog log) {
    return log;
  }
}
