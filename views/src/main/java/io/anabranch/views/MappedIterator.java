package io.anabranch.views;

import io.anabranch.views.ViewStore.CloseableIterator;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** What a function makes of an iterator's elements, without nulls. */
final class MappedIterator<T, R> implements CloseableIterator<R> {
  private final CloseableIterator<T> source;
  private final Function<? super T, ? extends R> function;
  private R ahead;

  MappedIterator(CloseableIterator<T> source, Function<? super T, ? extends R> function) {
    this.source = source;
    this.function = function;
  }

  @Override
  public boolean hasNext() {
    while (ahead == null && source.hasNext()) {
      ahead = function.apply(source.next());
    }
    return ahead != null;
  }

  @Override
  public R next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    R next = ahead;
    ahead = null;
    return next;
  }

  @Override
  public void close() {
    source.close();
  }
}
