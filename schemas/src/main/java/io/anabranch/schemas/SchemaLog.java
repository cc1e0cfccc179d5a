package io.anabranch.schemas;

/**
 * Where the schemas of a dataset's records stand, for producers and readers alike. A producer
 * registers its schema before its first record, so who meets a record and asks afterwards finds its
 * schema. Safe for several threads.
 */
public interface SchemaLog extends AutoCloseable {
  /**
   * What is registered at this moment; {@link SchemaHistory#NONE} for a dataset of which nothing
   * is.
   */
  SchemaHistory history(Dataset dataset);

  /**
   * Registers the dataset's schema, unless it is there. Of two that register at once each is
   * checked against the other, or is refused. Who is killed here has registered, or has not.
   *
   * @return the history with the schema in it
   * @throws io.anabranch.runtime.Problem status 2 if it may not follow those that are there, status
   *     3 if the log does not answer
   */
  SchemaHistory register(Dataset dataset);

  @Override
  void close();
}
