package io.anabranch.views;

/**
 * A cell that was read.
 *
 * <p>The values are those of a {@link CellLayout}; they belong to whoever reads them.
 */
public final class Cell {
  private final CellKey key;
  private final Object[] values;

  public Cell(CellKey key, Object[] values) {
    this.key = key;
    this.values = values;
  }

  public CellKey key() {
    return key;
  }

  /** The values themselves, one for each stored value of the layout. */
  public Object[] values() {
    return values;
  }
}
