package io.anabranch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.anabranch.runtime.Problem;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clients of REST, against a server that answers what the contract says. */
class RestCommandsTest {
  private static final String PROVENANCE =
      "{\"version\":3,\"cut\":{\"0\":5},\"applied\":{\"0\":9},\"lag_ms\":4,\"exact\":true,\"missing\":[]}";

  private record Answer(int status, String body) {}

  @TempDir private Path folder;
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private String data;

  @BeforeEach
  void serve() throws IOException {
    System.setProperty("anabranch.home", folder.toString());
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    server.createContext(
        "/",
        exchange -> {
          String asked = exchange.getRequestMethod() + " " + exchange.getRequestURI();
          requests.add(asked);
          Answer answer = answers.getOrDefault(asked, new Answer(404, "{\"detail\": \"no such\"}"));
          byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer.status(), body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    data = folder.resolve("data").toString();
    DataFolder made = new DataFolder(Path.of(data));
    Instance.ensure(Home.current(), made.folder());
    String settings = Files.readString(made.settings());
    Files.writeString(
        made.settings(),
        settings.replaceAll(
            "platform.serving = .*",
            "platform.serving = http://127.0.0.1:" + server.getAddress().getPort()));
  }

  @AfterEach
  void stop() {
    server.stop(0);
    System.clearProperty("anabranch.home");
  }

  @Test
  void queryReadsAllPagesAndPassesEveryCondition() {
    String query =
        "from=2011-01-01&to=2011-02-01&by=category%2Ccountry&where=country%3DEIRE&where=country%3DFrance&grain=P1D&top=revenue%3A3&limit=10000";
    answers.put(
        "GET /api/v1/views/sales/cells?" + query,
        new Answer(200, page("{\"country\":\"EIRE\",\"revenue\":\"1.50\"}", "\"c1\"")));
    answers.put(
        "GET /api/v1/views/sales/cells?" + query + "&cursor=c1",
        new Answer(200, page("{\"country\":\"A, \\\"B\\\"\",\"revenue\":null}", "null")));
    String[] command =
        ("query sales --from 2011-01-01 --to 2011-02-01 --by category,country --where country=EIRE"
                + " --where country=France --grain P1D --top revenue:3 --format csv --data "
                + data)
            .split(" ");
    CommandRun run = CommandRun.of(command);
    assertThat(run.err()).contains("batch version 3, lag 4 ms, exact");
    assertThat(run.status()).isZero();
    assertThat(run.out()).isEqualTo("country,revenue\nEIRE,1.50\n\"A, \"\"B\"\"\",\n");
  }

  @Test
  void queryWithALimitKeepsTheCursorInJson() {
    answers.put(
        "GET /api/v1/views/sales/cells?limit=1",
        new Answer(200, page("{\"units\":12345678901234567890.125}", "\"c1\"")));
    CommandRun run = CommandRun.of("query", "sales", "--limit", "1", "--json", "--data", data);
    assertThat(run.out())
        .isEqualTo(
            "{\"view\":\"sales\",\"query\":{\"by\":[]},\"rows\":[{\"units\":12345678901234567890.125}],\"provenance\":"
                + PROVENANCE
                + ",\"next\":\"c1\"}\n");
  }

  @Test
  void sqlOnMergedViewsPrintsRowsAndWhereTheyComeFrom() {
    answers.put(
        "POST /api/v1/sql",
        new Answer(
            200,
            "{\"columns\":[{\"column\":\"n\",\"type\":\"BIGINT\"}],\"rows\":[{\"n\":1,\"sum\":\"2.50\"}],\"provenance\":{\"sales\":"
                + PROVENANCE
                + "}}"));
    CommandRun csv = CommandRun.of("sql", "--merged", "--csv", "select 1", "--data", data);
    assertThat(csv.err()).contains("sales: batch version 3, lag 4 ms, exact");
    assertThat(csv.status()).isZero();
    assertThat(csv.out()).isEqualTo("n,sum\n1,2.50\n");
    assertThat(CommandRun.of("sql", "--merged", "--json", "select 1", "--data", data).out())
        .contains("\"sum\":\"2.50\"", "\"provenance\"");
    assertThat(CommandRun.of("sql", "--merged", "select", "1", "--data", data).status())
        .isEqualTo(2);
  }

  @Test
  void refusedRequestIsBadInputWithTheServersWords() {
    CommandRun run = CommandRun.of("query", "nothing", "--data", data);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("anabranch: no such");
  }

  @Test
  void verifyAsksForTheRecomputeOfASavedAnswer() throws IOException {
    Path answer = Files.writeString(folder.resolve("answer.json"), page("{}", "null"));
    answers.put(
        "POST /api/v1/views/sales/verify",
        new Answer(
            200,
            "{\"view\":\"sales\",\"rows\":1,\"differences\":1,\"examples\":[{\"served\":{}}]}"));
    CommandRun run = CommandRun.of("verify", "--answer", answer.toString(), "--data", data);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).contains("served").contains("verify: 1 differences in 1 rows");
    Files.writeString(answer, "{\"rows\": 1");
    CommandRun broken = CommandRun.of("verify", "--answer", answer.toString(), "--data", data);
    assertThat(broken.status()).isEqualTo(2);
    assertThat(broken.err()).contains("answer.json, line 1");
  }

  @Test
  void verifyEndsWithOneWhenACellDiffers() {
    answers.put("POST /api/v1/datasets/orders/verify", new Answer(200, verified(2)));
    CommandRun run = CommandRun.of("verify", "orders", "--data", data);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).contains("sales: {\"bucket\":7}", "verify: 2 differences in 40 cells");
  }

  @Test
  void verifyEndsWithZeroWhenNothingDiffers() {
    answers.put("POST /api/v1/datasets/orders/verify", new Answer(200, verified(0)));
    assertThat(CommandRun.of("verify", "orders", "--data", data).status()).isZero();
  }

  @Test
  void rollbackPublishesTheNamedVersion() {
    answers.put("POST /api/v1/datasets/orders/versions/2/publish", new Answer(200, "{}"));
    assertThat(
            CommandRun.of("batch", "rollback", "--no-hive", "orders", "2", "--data", data).status())
        .isZero();
    assertThat(requests).containsExactly("POST /api/v1/datasets/orders/versions/2/publish");
  }

  private static String compared(String kind, int differences) {
    return """
        {"dataset": "orders", "version": 9, "base": 4,
         "batch": {"freshness_ms": 61000, "records_per_s": 900, "rows_read": 40, "duration_ms": 9},
         "views": [{"view": "sales", "kind": "%s", "cells": 40, "differences": %s,
           "max_relative": 0.25, "buckets": [
             {"bucket": "2026-01-01T00:00:00Z", "measures": [
               {"measure": "orders", "batch": 4, "speed": 3, "difference": "-1", "relative": 0.25}]},
             {"bucket": "2026-01-01T01:00:00Z", "measures": [
               {"measure": "orders", "batch": 4, "speed": null, "difference": null, "relative": 1}]}
         ]}]}"""
        .formatted(kind, differences);
  }

  @Test
  void compareFailsForDifferencesOfExactViewsOnly(@TempDir Path folder) throws IOException {
    answers.put("GET /api/v1/datasets/orders/compare", new Answer(200, compared("exact", 2)));
    Path csv = folder.resolve("compare.csv");
    CommandRun run =
        CommandRun.of(
            "compare",
            "orders",
            "--data",
            data,
            "--csv",
            csv.toString(),
            "--charts",
            folder.toString());
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).contains("sales", "0.25", "batch: version 9, fresh to 61000 ms");
    assertThat(Files.readAllLines(csv))
        .containsExactly(
            "view,kind,bucket,measure,batch,speed,difference,relative",
            "sales,exact,2026-01-01T00:00:00Z,orders,4,3,-1,0.25",
            "sales,exact,2026-01-01T01:00:00Z,orders,4,,,1");
    BufferedImage chart = ImageIO.read(folder.resolve("sales.png").toFile());
    assertThat(chart.getWidth()).isEqualTo(1200);
    answers.put("GET /api/v1/datasets/orders/compare", new Answer(200, compared("eventual", 2)));
    assertThat(CommandRun.of("compare", "orders", "--data", data).status()).isZero();
  }

  private static String reported(String level, boolean passed) {
    return """
        {"dataset": "orders", "version": 9, "replaces": 4, "mode": "incremental",
         "records": 40, "rejected": {"count": 2, "share": 0.05}, "repeats": {"count": 1, "share": 0.03},
         "rules": [{"reason": "age is missing", "checked": 40, "passed": 38, "failed": 2}],
         "fields": [
           {"field": "age", "records": 40, "missing": 2, "completeness": 0.95, "distinct": 30,
            "least": "18", "greatest": "89", "numbers": {"percentiles": [%s18], "outliers": 3},
            "drift": {"completeness": 0, "distinct": 0, "distance": 0.125}},
           {"field": "name", "records": 40, "missing": 0, "completeness": null, "distinct": 7,
            "least": null, "greatest": null, "numbers": null, "drift": null}],
         "checks": [{"check": "age.median > 20", "level": "%s", "passed": %s,
           "values": {"age.median": null}}],
         "verdict": "refused"}"""
        .formatted("18, ".repeat(100), level, passed);
  }

  @Test
  void qualityFailsForAFailedCheckOfLevelFailOnly() {
    answers.put(
        "GET /api/v1/datasets/orders/quality?version=9", new Answer(200, reported("fail", false)));
    CommandRun run = CommandRun.of("quality", "orders", "--version", "9", "--data", data);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out().lines())
        .contains(
            "run 9 of orders: refused; 40 records that came after version 4, 2 rejected (5.0 %), 1 repeats",
            "age.median > 20  fail   does not hold  age.median absent",
            "age is missing       40      38       2",
            "age          2  95.0 %          30     18      18        89         3  0.125");
    answers.put("GET /api/v1/datasets/orders/quality", new Answer(200, reported("warn", false)));
    assertThat(CommandRun.of("quality", "orders", "--data", data).status()).isZero();
    answers.put("GET /api/v1/datasets/orders/quality", new Answer(200, reported("fail", true)));
    CommandRun json = CommandRun.of("quality", "orders", "--data", data, "--json");
    assertThat(json.status()).isZero();
    assertThat(json.out()).startsWith("{\"dataset\":\"orders\",\"version\":9");
  }

  private static String run(String status) {
    return "{\"run\":\"s@2026-03-29T21:55Z\",\"status\":\"%s\",\"message\":\"no disk\",\"started\":null,\"duration_ms\":61000,\"attempt\":1}"
        .formatted(status);
  }

  @Test
  void runsAreListedShownAndControlled() {
    String route = "/api/v1/runs/s%402026-03-29T21%3A55Z";
    answers.put(
        "GET /api/v1/runs?schedule=s&status=failed&limit=50",
        new Answer(200, "{\"runs\":[" + run("failed") + "]}"));
    answers.put(
        "GET " + route,
        new Answer(
            200,
            "{\"run\":%s,\"steps\":[{\"step\":1,\"node\":\"batch\",\"type\":\"shell\",\"attempt\":1,\"tries\":2,\"status\":\"error\",\"current\":false,\"duration_ms\":2000,\"message\":\"no disk\"}]}"
                .formatted(run("failed"))));
    answers.put("POST " + route + "/rerun?from=failure", new Answer(200, run("ready")));
    answers.put(
        "POST " + route + "/cancel?user=" + Rest.encoded(JobParameters.user()),
        new Answer(200, run("cancelling")));
    answers.put("GET " + route + "/log?step=batch&follow=true", new Answer(200, "words\nmore"));
    CommandRun list =
        CommandRun.of("jobs", "list", "--schedule", "s", "--status", "failed", "--data", data);
    assertThat(list.out().lines())
        .contains("s@2026-03-29T21:55Z  failed                61        1  no disk");
    String id = "s@2026-03-29T21:55Z";
    CommandRun show = CommandRun.of("jobs", "show", id, "--data", data);
    assertThat(show.status()).isEqualTo(1);
    assertThat(show.out()).contains("is failed: no disk", "error (past)");
    CommandRun rerun = CommandRun.of("jobs", "rerun", id, "--from-failure", "--data", data);
    assertThat(rerun.status()).isZero();
    assertThat(CommandRun.of("jobs", "cancel", id, "--json", "--data", data).out())
        .startsWith("{\"run\":");
    CommandRun logs =
        CommandRun.of("jobs", "logs", id, "--step", "batch", "--follow", "--data", data);
    assertThat(logs.out()).isEqualTo("words\nmore");
    CommandRun none = CommandRun.of("jobs", "logs", "none", "--data", data);
    assertThat(none.status()).isEqualTo(2);
    assertThat(none.err()).contains("no such");
  }

  @Test
  void runsAreStartedAndMadeUpFor() {
    answers.put("POST /api/v1/runs", new Answer(200, run("ready")));
    CommandRun start = CommandRun.of("jobs", "start", "s", "--set", "day=1", "--data", data);
    assertThat(start.out()).isEqualTo("s@2026-03-29T21:55Z is ready: no disk\n");
    answers.put(
        "POST /api/v1/schedules/s/backfill?from=2026-03-01T00%3A00Z&to=2026-03-08T00%3A00Z&parallel=2",
        new Answer(200, schedule("s-backfill", "active")));
    CommandRun backfill =
        CommandRun.of(
            "jobs backfill s --from 2026-03-01T00:00Z --to 2026-03-08T00:00Z --parallel 2 --data "
                .concat(data)
                .split(" "));
    assertThat(backfill.out()).contains("s-backfill is active, due next at 2026-03-28T22:55:00Z");
  }

  private static String schedule(String name, String state) {
    return "{\"schedule\":\"%s\",\"state\":\"%s\",\"app\":\"/x\",\"next\":[\"2026-03-28T22:55:00Z\"],\"parameters\":{\"dataset\":\"orders\"}}"
        .formatted(name, state);
  }

  @Test
  void schedulesAreListedSubmittedAndRemoved() {
    answers.put(
        "GET /api/v1/schedules",
        new Answer(200, "{\"schedules\":[" + schedule("nightly", "active") + "]}"));
    answers.put("POST /api/v1/schedules", new Answer(200, schedule("mine", "active")));
    answers.put("POST /api/v1/schedules/mine/pause", new Answer(200, schedule("mine", "paused")));
    answers.put("POST /api/v1/schedules/mine/resume", new Answer(200, schedule("mine", "active")));
    answers.put("DELETE /api/v1/schedules/mine", new Answer(200, schedule("mine", "active")));
    assertThat(CommandRun.of("schedule", "list", "--data", data).out())
        .contains("nightly   active  2026-03-28T22:55:00Z  orders   /x");
    assertThat(
            CommandRun.of("schedule", "submit", "mine", "x/y", "--set", "a=b", "--data", data)
                .status())
        .isZero();
    assertThat(CommandRun.of("schedule", "pause", "mine", "--data", data).out())
        .contains("mine is paused");
    assertThat(CommandRun.of("schedule", "resume", "mine", "--data", data).status()).isZero();
    assertThat(CommandRun.of("schedule", "remove", "mine", "--data", data).status()).isZero();
    assertThat(CommandRun.of("schedule", "show", "mine", "--data", data).status()).isEqualTo(2);
  }

  @Test
  void failingServerIsUnreachable() {
    answers.put("GET /api/v1/datasets", new Answer(503, "{\"detail\": \"HBase is away\"}"));
    Rest rest = Rest.of(Instance.existing(Home.current(), Path.of(data)));
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> DatasetProgress.list(rest)))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("HBase is away");
  }

  private static String page(String row, String next) {
    return "{\"view\":\"sales\",\"query\":{\"by\":[]},\"rows\":[%s],\"provenance\":%s,\"next\":%s}"
        .formatted(row, PROVENANCE, next);
  }

  private static String verified(int differences) {
    return "{\"dataset\":\"orders\",\"views\":[{\"view\":\"sales\",\"cells\":40,\"differences\":%d,\"examples\":[%s]}],\"cells\":40,\"differences\":%d}"
        .formatted(differences, differences == 0 ? "" : "{\"bucket\":7}", differences);
  }
}
