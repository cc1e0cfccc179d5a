package io.anabranch.hive;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The metastore's Derby database. It is made beside its place with its whole schema and renamed, so
 * that it exists whole or not at all, wherever the process is killed.
 */
final class MetastoreDatabase {
  private static final String SCRIPT = "hive-schema-4.0.0.derby.sql";
  static final String USER = "APP";
  static final String PASSWORD = "mine";

  private final Path folder;

  MetastoreDatabase(Path folder) {
    this.folder = folder;
  }

  /** The JDBC address. */
  String url() {
    return url(folder);
  }

  private static String url(Path database) {
    return "jdbc:derby:;databaseName=" + database;
  }

  /**
   * Creates the database if it is absent, and opens it to see that nobody else has it.
   *
   * @throws Problem if another process has it open, or it cannot be made
   */
  void ensure() {
    // Derby would write its log into whatever folder the process was started in
    System.setProperty("derby.stream.error.file", folder.resolveSibling("derby.log").toString());
    try {
      if (!Files.exists(folder)) {
        create();
      }
      DriverManager.getConnection(url(), USER, PASSWORD).close();
    } catch (IOException | SQLException e) {
      throw Problem.unreachable(
          "Cannot open the metastore's database %s (%s): stop the process that has it open, or choose another data folder"
              .formatted(folder, rootMessage(e)),
          e);
    }
  }

  private static String rootMessage(Throwable error) {
    return error.getCause() == null ? error.getMessage() : rootMessage(error.getCause());
  }

  private void create() throws IOException, SQLException {
    Path unfinished = folder.resolveSibling(folder.getFileName() + ".unfinished");
    delete(unfinished);
    Files.createDirectories(folder.getParent());
    try (Connection connection =
            DriverManager.getConnection(url(unfinished) + ";create=true", USER, PASSWORD);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (String sql : statements()) {
        statement.execute(sql);
      }
      connection.commit();
    }
    close(unfinished);
    Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Closes the database of this process, so that the next start has nothing to recover. */
  void close() throws SQLException {
    close(folder);
  }

  private static void close(Path database) throws SQLException {
    try {
      DriverManager.getConnection(url(database) + ";shutdown=true", USER, PASSWORD).close();
    } catch (SQLException e) {
      // Derby says that it has closed a database by an exception with this state
      if (!"08006".equals(e.getSQLState())) {
        throw e;
      }
    }
  }

  static List<String> statements() throws IOException {
    List<String> statements = new ArrayList<>();
    try (InputStream in = MetastoreDatabase.class.getResourceAsStream(SCRIPT)) {
      String script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      String withoutComments =
          script
              .lines()
              .filter(line -> !line.strip().startsWith("--"))
              .collect(Collectors.joining("\n"));
      for (String statement : withoutComments.split(";\\s*(\\n|$)", -1)) {
        if (!statement.isBlank()) {
          statements.add(statement.strip());
        }
      }
    }
    return statements;
  }

  private static void delete(Path unfinished) throws IOException {
    if (!Files.exists(unfinished)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> walk = Files.walk(unfinished)) {
      deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.delete(path);
    }
  }
}
