package io.anabranch.hive;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.cluster.JavaProcess;
import io.anabranch.cluster.LocalStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HiveIT {
  private static LocalStack stack;

  @BeforeAll
  static void start() {
    stack = LocalStack.start();
    stack.startHive();
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  private static List<String> ask(String... statements) throws SQLException {
    String url = "jdbc:hive2://" + stack.setting("platform.hive-server") + "/default";
    List<String> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(url, "test", "");
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        if (statement.execute(sql)) {
          try (ResultSet found = statement.getResultSet()) {
            while (found.next()) {
              rows.add(found.getString(1));
            }
          }
        }
      }
    }
    return rows;
  }

  @Test
  void aPartitionedTableIsThereAfterBothProcessesWereKilled() throws SQLException {
    ask(
        "create external table sales (id int, amount decimal(10,2)) partitioned by (day string)"
            + " stored as parquet location '%s/tables/sales'".formatted(stack.hdfs()),
        "insert into sales partition (day = 'a') values (1, 1.50), (2, 2.25)",
        "insert into sales partition (day = 'b') values (3, 4.00)");
    assertThat(ask("select sum(amount) from sales")).containsExactly("7.75");

    stack.killHive();
    stack.killStack();
    stack.startStack();
    stack.startHive();

    assertThat(ask("select sum(amount) from sales where day = 'a'")).containsExactly("3.75");
    assertThat(ask("show partitions sales")).containsExactly("day=a", "day=b");
  }

  @Test
  void sqlPrintsRowsAndTellsABadStatementInOneLine() throws Exception {
    JavaProcess rows = sql("rows.log", "--csv", "select 1 as a, 'x' as b");
    assertThat(rows.awaitExit(Duration.ofSeconds(60))).isZero();
    assertThat(Files.readString(rows.log())).isEqualTo("a,b\r\n1,x\r\n");

    JavaProcess bad = sql("bad.log", "select * from nowhere");
    assertThat(bad.awaitExit(Duration.ofSeconds(60))).isEqualTo(2);
    assertThat(bad.log()).content().hasLineCount(1).contains("Table not found 'nowhere'");
  }

  private static JavaProcess sql(String log, String... words) {
    List<String> args = new ArrayList<>(List.of("--config", stack.config().toString()));
    args.addAll(List.of(words));
    Path folder = LocalStack.builtLib().resolve("hive");
    return JavaProcess.start(folder, "io.anabranch.hive.Sql", args, stack.data().resolve(log));
  }
}
