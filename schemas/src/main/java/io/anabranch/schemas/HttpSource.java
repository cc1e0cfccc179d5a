package io.anabranch.schemas;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/**
 * A paged JSON API that is polled. It takes the query parameters {@code start} (inclusive) and
 * {@code end} (exclusive), which cut by event time, {@code sort}, {@code limit} and {@code offset},
 * and answers with an object whose {@code records} are objects and whose {@code total} is the
 * number of records that the query has in all. Source: Energinet, "API Guide", Energi Data Service.
 *
 * @param url http or https, without user, query and fragment
 * @param sort the value of {@code sort}: event time first, ascending, then what tells records of
 *     one time apart, so that pages neither overlap nor leave records out
 * @param zone the time zone in which the API reads {@code start} and {@code end}
 * @param from the event time from which the first poll takes records
 * @param overlap how far before the newest event time each poll looks for corrections
 * @param slice how much event time one query spans at most, while a poll catches up
 * @param every how long after the beginning of one poll the next one begins
 * @param page records that one request asks for
 * @param gap the least time between the beginnings of two requests
 * @param authorization the environment variable that holds the value of the header {@code
 *     Authorization}; empty for none. Secrets stand in no file and no address.
 */
public record HttpSource(
    String name,
    URI url,
    String sort,
    ZoneId zone,
    Instant from,
    Duration overlap,
    Duration slice,
    Duration every,
    int page,
    Duration gap,
    Optional<String> authorization,
    Columns columns)
    implements Source {}
