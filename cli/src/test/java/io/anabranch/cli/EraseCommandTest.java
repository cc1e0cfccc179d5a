package io.anabranch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EraseCommandTest {
  @Test
  void reportTellsWhatEachStoreLost() throws Exception {
    String text =
        EraseCommand.text(
            Json.parse(
                """
                {"dataset": "customer_orders", "erasure": 12, "cut": {"0": 40}, "records": 7,
                 "rejected": 2, "not_searched": 3, "resumed": [], "stores": {
                  "views": {"version": 14, "cells_before": 90, "cells_after": 88},
                  "topic": {"records_held": 7, "gone_by": "2026-12-05T00:00:00Z"}}}\
                """));

    assertThat(text.lines())
        .containsExactly(
            "erasure 12 of customer_orders: 7 records, 2 of them in quarantine, before {\"0\":40}",
            "3 values before the cut are no records: nobody can tell whose they are",
            "views        version                    14",
            "views        cells_before               90",
            "views        cells_after                88",
            "topic        records_held               7",
            "topic        gone_by                    2026-12-05T00:00:00Z");
  }

  @Test
  void nothingToResumeIsTold() throws Exception {
    assertThat(EraseCommand.text(Json.parse("{\"dataset\": \"trips\", \"resumed\": []}")))
        .isEqualTo(String.format("no erasure of trips was cut off%n"));
  }
}
