package io.anabranch.serving.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.jobs.Jobs;
import io.anabranch.jobs.files.LocalFiles;
import io.anabranch.jobs.run.Commands;
import io.anabranch.jobs.run.RunFolders;
import io.anabranch.jobs.store.MemoryJobStore;
import io.anabranch.runtime.UsersFile;
import io.anabranch.runtime.UsersFile.Role;
import io.anabranch.runtime.UsersFile.User;
import io.anabranch.serving.MemoryRiver;
import io.anabranch.serving.RestClient;
import io.anabranch.serving.ServedRiver;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** Who may do what. A user of each role has its label as name and as secret. */
class AccessTest {
  /** What each route needs that is no GET; one that is not named fails the test. */
  private static final Map<String, Role> NEEDED =
      Map.ofEntries(
          Map.entry("POST /api/v1/sql", Role.VIEWER),
          Map.entry("POST /api/v1/avatica", Role.VIEWER),
          Map.entry("POST /api/v1/runs", Role.OPERATOR),
          Map.entry("POST /api/v1/runs/{run}/cancel", Role.OPERATOR),
          Map.entry("POST /api/v1/runs/{run}/rerun", Role.OPERATOR),
          Map.entry("POST /api/v1/jobs", Role.OPERATOR),
          Map.entry("POST /api/v1/schedules", Role.ADMIN),
          Map.entry("DELETE /api/v1/schedules/{schedule}", Role.ADMIN),
          Map.entry("POST /api/v1/schedules/{schedule}/pause", Role.OPERATOR),
          Map.entry("POST /api/v1/schedules/{schedule}/resume", Role.OPERATOR),
          Map.entry("POST /api/v1/schedules/{schedule}/backfill", Role.OPERATOR),
          Map.entry("POST /api/v1/datasets/{dataset}/verify", Role.OPERATOR),
          Map.entry("POST /api/v1/datasets/{dataset}/versions/{version}/publish", Role.ADMIN),
          Map.entry("POST /api/v1/views/{view}/verify", Role.OPERATOR));

  private static final BCryptPasswordEncoder QUICK = new BCryptPasswordEncoder(4);

  @TempDir private Path folder;
  private Jobs jobs;
  private MemoryRiver river;
  private ServedRiver served;
  private RestClient rest;

  @BeforeEach
  void serve() throws IOException {
    Clock clock = Clock.systemUTC();
    LocalFiles files = new LocalFiles(clock);
    jobs =
        new Jobs(
            new MemoryJobStore(),
            files,
            new RunFolders(folder.resolve("runs")),
            new Commands(files, Path.of("anabranch"), Path.of("a.conf")).runners(),
            Map.of("anabranch", "/bin/true"),
            4,
            clock);
    river = new MemoryRiver("customer_orders");
    served = new ServedRiver(jobs, river);
    rest = served.rest;
    Files.writeString(
        folder.resolve("workflow.xml"),
        """
        <workflow-app name="flow" xmlns="uri:oozie:workflow:1.0">
          <start to="done"/><end name="done"/>
        </workflow-app>
        """);
    Files.writeString(
        folder.resolve("coordinator.xml"),
        """
        <coordinator-app name="c" frequency="${coord:days(1)}" start="2090-03-28T22:55Z"
            end="2100-01-01T00:00Z" timezone="UTC" xmlns="uri:oozie:coordinator:0.5">
          <action><workflow><app-path>${app}/workflow.xml</app-path></workflow></action>
        </coordinator-app>
        """);
  }

  @AfterEach
  void stop() {
    served.close();
    jobs.close();
  }

  private void addUsers() {
    List<User> users = new ArrayList<>();
    for (Role role : Role.values()) {
      users.add(new User(role.label(), role, QUICK.encode(role.label())));
    }
    served.users.write(users);
  }

  private static String[] as(String name, String secret) {
    String text = name + ":" + secret;
    return new String[] {
      "Authorization",
      "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))
    };
  }

  private static String[] as(Role role) {
    return as(role.label(), role.label());
  }

  private int status(String method, String path, Optional<Role> role) {
    return role.map(who -> rest.ask(method, path, as(who)))
        .orElseGet(() -> rest.ask(method, path))
        .statusCode();
  }

  private List<String> routes() {
    List<String> routes = new ArrayList<>(List.of("GET /", "GET /js/main.js", "GET /openapi.json"));
    RestClient.parse(rest.get("/openapi.json", as(Role.VIEWER)))
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .propertyNames()
                    .forEach(
                        method ->
                            routes.add(
                                method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey())));
    return routes;
  }

  @Test
  void eachRouteNeedsItsRole() {
    addUsers();
    List<String> routes = routes();
    assertThat(routes).contains("GET /api/v1/runs/{run}/metrics").containsAll(NEEDED.keySet());
    routes.remove("GET /health");
    for (String route : routes) {
      String method = route.substring(0, route.indexOf(' '));
      String path = route.substring(method.length() + 1).replaceAll("\\{[^}]*}", "none");
      Role needed = method.equals("GET") ? Role.VIEWER : NEEDED.get(route);
      assertThat(needed).as("%s is in the table", route).isNotNull();
      assertThat(status(method, path, Optional.empty())).as("%s by nobody", route).isEqualTo(401);
      for (Role role : Role.values()) {
        int status = status(method, path, Optional.of(role));
        if (role.compareTo(needed) < 0) {
          assertThat(status).as("%s by a %s", route, role).isEqualTo(403);
        } else {
          assertThat(status).as("%s by a %s", route, role).isNotIn(401, 403);
        }
      }
    }
  }

  @Test
  void withoutUsersEverybodyMayDoEverything() {
    assertThat(rest.get("/api/v1/runs").statusCode()).isEqualTo(200);
    assertThat(rest.get("/api/v1/runs", as("anna", "x")).statusCode()).isEqualTo(200);
    assertThat(start("anna", folder.toString(), "{}").statusCode()).isEqualTo(200);
  }

  @Test
  void aVersionSaysWhoPublishedIt() {
    long version = river.mark();
    river.batch(version);
    String versions = "/api/v1/datasets/customer_orders/versions";
    rest.post(versions + "/" + version + "/publish");
    assertThat(rest.get(versions).body()).contains("\"published_by\":\"rest\"");
    addUsers();
    rest.post(versions + "/" + version + "/publish", as(Role.ADMIN));
    assertThat(rest.get(versions, as(Role.VIEWER)).body()).contains("\"published_by\":\"admin\"");
  }

  @Test
  void theFirstUserClosesTheDoorAtOnceButNotForTheSupervisor() {
    assertThat(rest.get("/api/v1/views").statusCode()).isEqualTo(200);
    addUsers();
    HttpResponse<String> refused = rest.get("/api/v1/views");
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().firstValue("content-type").get())
        .startsWith("application/problem+json");
    assertThat(refused.headers().firstValue("www-authenticate").get()).startsWith("Basic");
    assertThat(refused.body()).contains("ANABRANCH_TOKEN");
    assertThat(rest.get("/health").statusCode()).isNotIn(401, 403);
    assertThat(rest.get("/api/v1/views", as("viewer", "wrong")).body()).contains("not known");
    assertThat(rest.get("/api/v1/views", as("nobody", "x")).statusCode()).isEqualTo(401);
    assertThat(rest.post("/api/v1/runs/x/cancel", as(Role.VIEWER)).body())
        .contains("needs the role operator, which viewer has not");
  }

  @Test
  void whoIsRemovedOrGetsAnotherSecretIsOutAtOnce() {
    addUsers();
    assertThat(rest.get("/api/v1/views", as(Role.VIEWER)).statusCode()).isEqualTo(200);
    List<User> users = new ArrayList<>(served.users.read().orElseThrow());
    users.removeIf(user -> user.role() == Role.VIEWER);
    served.users.write(users);
    assertThat(rest.get("/api/v1/views", as(Role.VIEWER)).statusCode()).isEqualTo(401);
    users.add(new User("viewer", Role.VIEWER, QUICK.encode("another")));
    served.users.write(users);
    assertThat(rest.get("/api/v1/views", as(Role.VIEWER)).statusCode()).isEqualTo(401);
    assertThat(rest.get("/api/v1/views", as("viewer", "another")).statusCode()).isEqualTo(200);
  }

  @Test
  void aFileThatCannotBeTrustedLetsNobodyIn() throws IOException {
    addUsers();
    Path file = served.users.file();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    HttpResponse<String> refused = rest.get("/api/v1/views", as(Role.ADMIN));
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.body()).contains("chmod 600");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(rest.get("/api/v1/views", as(Role.ADMIN)).statusCode()).isEqualTo(200);
    Files.writeString(file, "admin:admin\n");
    assertThat(rest.get("/api/v1/views", as(Role.ADMIN)).body()).contains("users:1: expected");
    Files.delete(file);
    Files.createSymbolicLink(file, folder.resolve("nothing"));
    assertThat(rest.get("/api/v1/views", as(Role.ADMIN)).body()).contains("Cannot read");
    assertThat(rest.get("/api/v1/views").statusCode()).isEqualTo(401);
  }

  private String viewOf(String more, Properties properties) throws SQLException {
    String address =
        "jdbc:avatica:remote:url=%s;serialization=protobuf%s"
            .formatted(served.base.resolve("api/v1/avatica"), more);
    try (Connection connection = DriverManager.getConnection(address, properties);
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select view_name from customer_orders.provenance where view_name = 'sales_by_country'")) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  @Test
  void theJdbcDriverAsksWithNameAndSecret() throws SQLException {
    String viewer = ";authentication=BASIC;avatica_user=viewer;avatica_password=";
    Properties none = new Properties();
    Properties known = new Properties();
    known.setProperty("authentication", "BASIC");
    known.setProperty("avatica_user", "viewer");
    known.setProperty("avatica_password", "viewer");
    assertThat(viewOf("", none)).isEqualTo("sales_by_country");
    addUsers();
    assertThat(viewOf(viewer + "viewer", none)).isEqualTo("sales_by_country");
    assertThat(viewOf("", known)).isEqualTo("sales_by_country");
    for (String refused : List.of("", viewer + "wrong")) {
      assertThatThrownBy(() -> viewOf(refused, none)).hasStackTraceContaining("HTTP/401");
    }
  }

  private HttpResponse<String> start(String who, String what, String parameters) {
    return rest.postJson(
        "/api/v1/runs",
        "{\"what\": \"%s\", \"parameters\": %s, \"user\": \"somebody\"}"
            .formatted(what, parameters),
        as(who, who));
  }

  @Test
  void operatorsStartWhatAnAdminHasSubmitted() {
    addUsers();
    assertThat(start("operator", folder.toString(), "{}").body()).contains("is no schedule");
    String submission = "{\"name\": \"nights\", \"app\": \"%s\"}".formatted(folder);
    assertThat(rest.postJson("/api/v1/schedules", submission, as(Role.OPERATOR)).statusCode())
        .isEqualTo(403);
    assertThat(rest.postJson("/api/v1/schedules", submission, as(Role.ADMIN)).statusCode())
        .isEqualTo(200);
    for (String given : List.of("anabranch", "app")) {
      HttpResponse<String> refused =
          start("operator", "nights", "{\"" + given + "\": \"/bin/sh\"}");
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.body()).contains("the properties [" + given + "] are the platform's");
    }
    HttpResponse<String> started = start("operator", "nights", "{\"day\": \"1\"}");
    assertThat(started.statusCode()).isEqualTo(200);
    assertThat(RestClient.parse(started).get("user").asString())
        .as("not the one that the request claims")
        .isEqualTo("operator");
    assertThat(start("admin", folder.toString(), "{\"anabranch\": \"/bin/sh\"}").statusCode())
        .isEqualTo(200);
  }

  @Test
  void operatorsStartNoOtherWorkflowThroughAParameter() throws IOException {
    addUsers();
    Path coordinator = folder.resolve("coordinator.xml");
    Files.writeString(
        coordinator,
        Files.readString(coordinator).replace("${app}/workflow.xml", "${workflowAppUri}"));
    String submission =
        "{\"name\": \"nights\", \"app\": \"%1$s\", \"parameters\": {\"workflowAppUri\": \"%1$s\"}}"
            .formatted(folder);
    assertThat(rest.postJson("/api/v1/schedules", submission, as(Role.ADMIN)).statusCode())
        .isEqualTo(200);
    Path other = Files.createDirectories(folder.resolve("other")).resolve("workflow.xml");
    Files.copy(folder.resolve("workflow.xml"), other);
    String elsewhere = "{\"workflowAppUri\": \"%s\"}".formatted(other);
    HttpResponse<String> refused = start("operator", "nights", elsewhere);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("another workflow than the one that was submitted");
    assertThat(start("operator", "nights", "{\"day\": \"1\"}").statusCode()).isEqualTo(200);
    String run = ended(start("admin", "nights", elsewhere));
    assertThat(rerun(Role.OPERATOR, run).statusCode()).isEqualTo(403);
  }

  @Test
  void operatorsGiveNoDatasetThatIsNone() {
    addUsers();
    String submission = "{\"name\": \"nights\", \"app\": \"%s\"}".formatted(folder);
    rest.postJson("/api/v1/schedules", submission, as(Role.ADMIN));
    for (String route : List.of("/api/v1/runs", "/api/v1/jobs")) {
      for (String dataset : List.of("@/srv/conf/token", "--answer=/srv/x", "", "nothing")) {
        HttpResponse<String> refused =
            rest.postJson(
                route,
                "{\"what\": \"nights\", \"parameters\": {\"dataset\": \"%s\"}}".formatted(dataset),
                as(Role.OPERATOR));
        assertThat(refused.statusCode()).as("%s to %s", dataset, route).isEqualTo(404);
        assertThat(refused.body()).contains("unknown dataset", "customer_orders");
      }
    }
    String known = "{\"dataset\": \"customer_orders\"}";
    assertThat(start("operator", "nights", known).statusCode()).isEqualTo(200);
    String other = "{\"dataset\": \"of-a-program-of-ours\"}";
    assertThat(start("admin", "nights", other).statusCode()).isEqualTo(200);
  }

  /** The end of a run that somebody started. */
  private String ended(HttpResponse<String> started) {
    assertThat(started.statusCode()).isEqualTo(200);
    jobs.tick();
    String id = RestClient.parse(started).get("run").asString();
    assertThat(jobs.run(id).status().isFinal()).isTrue();
    return id;
  }

  private HttpResponse<String> rerun(Role role, String run) {
    return rest.post("/api/v1/runs/" + run + "/rerun", as(role));
  }

  @Test
  void operatorsRunAgainWhatAnAdminHasSubmitted() {
    addUsers();
    String submission = "{\"name\": \"nights\", \"app\": \"%s\"}".formatted(folder);
    rest.postJson("/api/v1/schedules", submission, as(Role.ADMIN));
    String own = ended(start("operator", "nights", "{\"day\": \"1\"}"));
    assertThat(rerun(Role.OPERATOR, own).statusCode()).isEqualTo(200);
    jobs.tick();
    String once = ended(start("admin", folder.toString(), "{}"));
    String replaced = ended(start("admin", "nights", "{\"anabranch\": \"/bin/false\"}"));
    for (String refused : List.of(once, replaced)) {
      assertThat(rerun(Role.OPERATOR, refused).statusCode()).as(refused).isEqualTo(403);
      assertThat(rerun(Role.OPERATOR, refused).body()).contains("is run again by an admin");
      assertThat(rerun(Role.ADMIN, refused).statusCode()).isEqualTo(200);
    }
    rest.ask("DELETE", "/api/v1/schedules/nights", as(Role.ADMIN));
    assertThat(rerun(Role.OPERATOR, own).statusCode()).as("nobody stands for it").isEqualTo(403);
  }

  @Test
  void theUsersFileIsThatBesideTheSettings() {
    assertThat(UsersFile.beside(Path.of("/srv/conf/anabranch.properties")).file())
        .isEqualTo(Path.of("/srv/conf/users"));
  }
}
