package io.anabranch.serving.sql;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.View;
import io.anabranch.serving.cells.Answer;
import io.anabranch.serving.cells.CellQuery;
import io.anabranch.serving.cells.CellReader;
import io.anabranch.serving.standing.AsOf;
import io.anabranch.serving.standing.Provenance;
import io.anabranch.serving.standing.Standing;
import io.anabranch.views.MergedView;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.calcite.DataContext;

/**
 * What one statement reads. All of it is of one moment of each dataset, however often a table
 * stands in the statement, and what is asked for twice is read once. For one thread.
 */
final class Reads {
  /** Under which name tables find it in the context of their statement. */
  private static final String NAME = "anabranch.reads";

  private static final int CHECK_EVERY = 1_000;

  private final CellReader reader;
  private final Session session;
  private final long deadlineNanos;
  private final Duration timeout;
  private final Map<String, Standing> standings = new TreeMap<>();
  private final Map<CellQuery, Answer> answers = new LinkedHashMap<>();
  private final SortedMap<String, Provenance> provenance = new TreeMap<>();
  private final long maxMade;
  private final long maxText;
  private long made;
  private long text;

  /**
   * @param timeout for the whole statement
   * @param maxMade how many rows its joins, unions and recursion may make
   * @param maxText how many characters the texts that it computes may have together
   */
  Reads(CellReader reader, Session session, Duration timeout, long maxMade, long maxText) {
    this.reader = reader;
    this.session = session;
    this.maxMade = maxMade;
    this.maxText = maxText;
    this.timeout = timeout;
    this.deadlineNanos = System.nanoTime() + timeout.toNanos();
  }

  /** Those of the statement that a context belongs to. */
  static Reads of(DataContext context) {
    return (Reads) context.get(NAME);
  }

  /** Lets the tables of a statement find them. */
  void putInto(Map<String, Object> context) {
    context.put(NAME, this);
  }

  /**
   * The answer to a query.
   *
   * @throws Problem if records are missing from it and the session does not allow that
   */
  Answer read(CellQuery query) {
    Answer known = answers.get(query);
    if (known != null) {
      return known;
    }
    Answer answer = reader.read(query, standing(query.view()));
    Provenance from = answer.provenance();
    if (!from.exact() && !session.inexact()) {
      throw Problem.badInput(
          "the view %s is not exact now, records are missing: %s; connect with inexact=allow to read it all the same"
              .formatted(query.view().name(), from.missing()));
    }
    answers.put(query, answer);
    provenance.put(query.view().name(), from);
    return answer;
  }

  /** Where an answer from a view comes from, whether it is exact or not. */
  Provenance provenance(View view) {
    Provenance from = Provenance.of(standing(view), view, MergedView.NOW);
    provenance.put(view.name(), from);
    return from;
  }

  private Standing standing(View view) {
    Standing known = standings.get(view.dataset());
    if (known == null) {
      known = reader.standing(view, moment(view));
      standings.put(view.dataset(), known);
    }
    return known;
  }

  private Optional<AsOf> moment(View view) {
    return Optional.ofNullable(session.moments().get(view.dataset()));
  }

  /** Whether everything is read as it stood at moments that the caller named. */
  boolean arePinned() {
    return standings.keySet().stream().anyMatch(session.moments()::containsKey);
  }

  /**
   * Makes sure that the moments that the caller named were still held when the last cell was read.
   *
   * @throws io.anabranch.serving.standing.MomentLostException if one was not
   */
  void checkMoments() {
    answers.keySet().forEach(query -> moment(query.view()).ifPresent(m -> check(query.view(), m)));
  }

  private void check(View view, AsOf moment) {
    reader.standing(view, Optional.of(moment));
  }

  /**
   * Makes sure that the statement has not taken too long.
   *
   * @throws Problem if it has
   */
  void checkTime() {
    if (System.nanoTime() > deadlineNanos) {
      throw Problem.unreachable(
          "the statement took longer than %s: narrow it by conditions on dimensions and bucket"
              .formatted(timeout));
    }
  }

  /**
   * Takes note of a row that a join, a union or a recursion makes.
   *
   * @throws Problem if there are too many, or the statement takes too long
   */
  void countMade() {
    made++;
    if (made > maxMade) {
      throw Problem.badInput(
          "the joins and unions of the statement make more than %s rows: join on more columns, or narrow the tables first"
              .formatted(maxMade));
    }
    if (made % CHECK_EVERY == 0) {
      checkTime();
    }
  }

  /**
   * Takes note of texts that the statement computes.
   *
   * @throws Problem if they are too long together
   */
  void countText(long characters) {
    text += characters;
    if (text > maxText) {
      throw Problem.badInput(
          "the statement makes texts of more than %s characters: shorten them, or narrow the tables first"
              .formatted(maxText));
    }
  }

  /** The queries that were answered, in their order. */
  Map<CellQuery, Answer> answers() {
    return Collections.unmodifiableMap(answers);
  }

  /** By view, where what was read comes from. */
  SortedMap<String, Provenance> provenance() {
    return Collections.unmodifiableSortedMap(provenance);
  }
}
