package io.anabranch.hive;

import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.PlatformSettings;
import io.anabranch.runtime.Problem;
import io.anabranch.runtime.Program;
import io.anabranch.runtime.Settings;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code Sql --config FILE [--json|--csv] "statement"}: runs one statement through HiveServer2 and
 * prints its rows on standard output.
 */
public final class Sql {
  private static final String USAGE = "Usage: sql [--json|--csv] \"statement\"";

  private Sql() {}

  /** Ends with 2 for a statement that Hive refuses, 3 if HiveServer2 is not reachable. */
  public static void main(String[] args) {
    System.setProperty("log4j2.configurationFile", "anabranch-sql-log4j2.xml");
    Program.run(() -> run(args));
  }

  private static ExitStatus run(String... args) throws SQLException {
    Path config = null;
    Rows.Format format = Rows.Format.TABLE;
    List<String> statements = new ArrayList<>();
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--json" -> format = Rows.Format.JSON;
        case "--csv" -> format = Rows.Format.CSV;
        case "--config" -> config = i + 1 < args.length ? Path.of(args[++i]) : null;
        default -> statements.add(args[i]);
      }
    }
    if (config == null || statements.size() != 1) {
      throw Problem.badInput(USAGE);
    }
    PlatformSettings platform = Settings.read(config).section("platform", PlatformSettings.class);
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    try (Connection connection = connect(platform.hiveServer())) {
      execute(connection, statements.get(0), format, out);
    } finally {
      out.flush();
    }
    return ExitStatus.DONE;
  }

  private static Connection connect(String server) {
    try {
      return DriverManager.getConnection("jdbc:hive2://" + server + "/default", "anabranch", "");
    } catch (SQLException e) {
      throw Problem.unreachable(
          "HiveServer2 at " + server + " does not answer: start it with ./anabranch up", e);
    }
  }

  private static void execute(
      Connection connection, String sql, Rows.Format format, PrintStream out) {
    try (Statement statement = connection.createStatement()) {
      // Hive takes a trailing semicolon for a part of the statement
      if (statement.execute(sql.strip().replaceFirst("(\\s*;)+$", ""))) {
        try (ResultSet rows = statement.getResultSet()) {
          Rows.print(rows, format, out);
        }
      }
    } catch (SQLException e) {
      throw Problem.badInput("The statement failed: " + firstLine(e.getMessage()), e);
    }
  }

  private static String firstLine(String message) {
    return message == null ? "Hive gave no reason" : message.lines().findFirst().orElse(message);
  }
}
