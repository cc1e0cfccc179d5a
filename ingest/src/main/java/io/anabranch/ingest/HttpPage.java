package io.anabranch.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * One page of an answer.
 *
 * @param records the page's records; empty if it has not changed
 * @param validator what it was said to be
 * @param unchanged whether the server says that the page is the one that the validator names
 */
record HttpPage(List<JsonNode> records, HttpState.Validator validator, boolean unchanged) {
  HttpPage {
    records = List.copyOf(records);
  }
}
