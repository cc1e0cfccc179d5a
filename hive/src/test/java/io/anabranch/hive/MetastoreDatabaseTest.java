package io.anabranch.hive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetastoreDatabaseTest {
  @TempDir Path parent;

  @BeforeAll
  static void keepDerbysLogInTarget() {
    System.setProperty("derby.stream.error.file", "target/derby.log");
  }

  private static String schemaVersion(MetastoreDatabase database) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                database.url(), MetastoreDatabase.USER, MetastoreDatabase.PASSWORD);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select schema_version from version")) {
      rows.next();
      return rows.getString(1);
    }
  }

  @Test
  void theFirstStartCreatesTheWholeSchemaAndTheSecondKeepsIt() throws SQLException {
    MetastoreDatabase database = new MetastoreDatabase(parent.resolve("metastore"));
    database.ensure();
    assertThat(schemaVersion(database)).isEqualTo("4.0.0");
    database.close();
    database.ensure();
    assertThat(schemaVersion(database)).isEqualTo("4.0.0");
    database.close();
  }

  @Test
  void aSchemaThatWasKilledHalfWayIsMadeAgain() throws Exception {
    Path unfinished = Files.createDirectories(parent.resolve("metastore.unfinished/log"));
    Files.writeString(unfinished.resolve("log.ctrl"), "half");
    MetastoreDatabase database = new MetastoreDatabase(parent.resolve("metastore"));
    database.ensure();
    assertThat(schemaVersion(database)).isEqualTo("4.0.0");
    assertThat(parent.resolve("metastore.unfinished")).doesNotExist();
    database.close();
  }
}
