package io.anabranch.ingest;

import io.anabranch.schemas.CsvMapping;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Splits a delimited file into rows and columns, byte by byte, as RFC 4180 says, with any delimiter
 * and with LF, CR LF or CR at the end of lines. What is badly quoted costs one line, not the file:
 * a row over several lines whose quotes do not fit, or that has not the columns it should have,
 * ends with its first line, and the next line begins a row. Not safe for several threads.
 */
final class CsvSplitter implements AutoCloseable {
  private static final int MOST_BYTES = RecordEncoder.MOST_BYTES;
  private static final int MOST_LINES = 1000;
  private static final int BUFFER = 4 * MOST_BYTES;

  private final InputStream in;
  private final byte[] delimiter;
  private final byte quote;
  private final byte[] buffer = new byte[BUFFER];
  private final List<Column> columns = new ArrayList<>();
  private int position;
  private int limit;
  private boolean atEnd;
  private long nextLine = 1;
  private long line;
  private int begin;
  private int end;
  private int lines;
  private String fault;

  /** A column of the current row: a part of the buffer, end exclusive. */
  private record Column(int begin, int end, boolean quoted) {}

  CsvSplitter(InputStream in, CsvMapping mapping) {
    this.in = in;
    this.delimiter = mapping.delimiter().getBytes(StandardCharsets.UTF_8);
    this.quote = (byte) mapping.quote();
  }

  /**
   * Moves to the next row; false at the end. Empty lines are no rows.
   *
   * @param width how many columns a row should have; 0 if that is not known
   */
  boolean next(int width) throws IOException {
    skipRestOfLine();
    while (position < limit && isLineEnd(position)) {
      skipLineEnd();
      fill();
    }
    if (position == limit) {
      return false;
    }
    line = nextLine;
    begin = position;
    fault = null;
    split();
    if (fault == null && lines > 1 && width > 0 && columns.size() != width) {
      fault = "row: expected every quote to be closed";
    }
    if (fault != null) {
      columns.clear();
      lines = 1;
      for (end = begin; end < limit && !isLineEnd(end) && end - begin < MOST_BYTES; end++) {}
    }
    nextLine += lines - 1;
    position = end;
    return true;
  }

  private void split() {
    columns.clear();
    lines = 1;
    int at = begin;
    while (true) {
      int first = at;
      boolean quoted = at < limit && buffer[at] == quote;
      at = quoted ? behindQuote(at + 1) : behindPlain(at);
      if (fault != null) {
        return;
      }
      columns.add(new Column(first, at, quoted));
      if (at == limit || isLineEnd(at)) {
        end = at;
        return;
      }
      at += delimiter.length;
    }
  }

  private int behindPlain(int from) {
    int at = from;
    while (at < limit && !isLineEnd(at) && !isDelimiter(at)) {
      at++;
    }
    return within(at);
  }

  /** The place behind the quote that closes. */
  private int behindQuote(int from) {
    for (int at = from; at < limit && at - begin <= MOST_BYTES && lines <= MOST_LINES; at++) {
      if (isLineEnd(at) && !(buffer[at] == '\r' && at + 1 < limit && buffer[at + 1] == '\n')) {
        lines++;
      } else if (buffer[at] == quote && at + 1 < limit && buffer[at + 1] == quote) {
        at++;
      } else if (buffer[at] == quote) {
        if (at + 1 < limit && !isLineEnd(at + 1) && !isDelimiter(at + 1)) {
          fault = "row: expected a delimiter behind a quote that closes";
        }
        return within(at + 1);
      }
    }
    fault = "row: expected every quote to be closed";
    return from;
  }

  private int within(int at) {
    if (at - begin > MOST_BYTES) {
      fault = "row: expected at most " + MOST_BYTES + " bytes";
    }
    return at;
  }

  private boolean isLineEnd(int at) {
    return buffer[at] == '\n' || buffer[at] == '\r';
  }

  private boolean isDelimiter(int at) {
    return at + delimiter.length <= limit
        && Arrays.equals(buffer, at, at + delimiter.length, delimiter, 0, delimiter.length);
  }

  /** Moves to the end of the line that the last row ended in: one that is too long has a rest. */
  private void skipRestOfLine() throws IOException {
    fill();
    while (line > 0 && position < limit && !isLineEnd(position)) {
      position++;
      fill();
    }
  }

  private void skipLineEnd() {
    boolean two = buffer[position] == '\r' && position + 1 < limit && buffer[position + 1] == '\n';
    position += two ? 2 : 1;
    nextLine++;
  }

  /** Sees to it that the buffer holds more than a row from here on, or all that is left. */
  private void fill() throws IOException {
    if (atEnd || limit - position > 2 * MOST_BYTES) {
      return;
    }
    System.arraycopy(buffer, position, buffer, 0, limit - position);
    limit -= position;
    position = 0;
    int read = in.readNBytes(buffer, limit, BUFFER - limit);
    atEnd = read < BUFFER - limit;
    limit += read;
  }

  /** The columns of the row, as texts; empty if one of them is no UTF-8. */
  Optional<List<String>> columns() {
    List<String> texts = new ArrayList<>(columns.size());
    for (Column column : columns) {
      String text = text(column);
      if (text == null) {
        return Optional.empty();
      }
      texts.add(text);
    }
    return Optional.of(texts);
  }

  private String text(Column column) {
    String text;
    try {
      text =
          decoded(
              column.quoted() ? column.begin() + 1 : column.begin(),
              column.quoted() ? column.end() - 1 : column.end());
    } catch (CharacterCodingException e) {
      return null;
    }
    String mark = String.valueOf((char) quote);
    return column.quoted() ? text.replace(mark + mark, mark) : text;
  }

  private String decoded(int from, int to) throws CharacterCodingException {
    for (int at = from; at < to; at++) {
      if (buffer[at] < 0) {
        return StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(buffer, from, to - from))
            .toString();
      }
    }
    return new String(buffer, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** Why the row has no columns; empty if it has. */
  Optional<String> fault() {
    return Optional.ofNullable(fault);
  }

  /** The line that the row begins in, from 1. */
  long line() {
    return line;
  }

  /** The row as it stands there without its line end; of one that is too long, the beginning. */
  byte[] raw() {
    return Arrays.copyOfRange(buffer, begin, end);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
