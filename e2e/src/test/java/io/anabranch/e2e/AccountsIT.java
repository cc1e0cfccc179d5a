package io.anabranch.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Many records with errors of every kind are accounted for, to the record. It runs when it is asked
 * for: {@code mvn -f e2e/pom.xml verify -Dit.test=AccountsIT -Daccounts.records=1000000}; {@code
 * RiverIT} balances the accounts of fewer.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AccountsIT {
  private static final String ORDERS = "customer_orders";

  private final long records = Long.getLong("accounts.records", 0);
  private Platform platform;

  @BeforeAll
  void up() {
    Assumptions.assumeTrue(records > 0, "needs -Daccounts.records=N");
    platform = Platform.up("accounts");
  }

  @AfterAll
  void down() {
    if (platform != null) {
      platform.close();
    }
  }

  @Test
  void everyRecordIsAccountedFor() {
    List<String> command =
        new ArrayList<>(
            List.of("ingest", "generate", "-d", ORDERS, "--count", "" + records, "--json"));
    for (String kind : List.of("missing", "typo", "invalid", "repeat", "late", "undecodable")) {
      command.addAll(List.of("--error", kind + "=0.02"));
    }
    JsonNode produced = platform.run(command.toArray(String[]::new)).expect(0).json();
    platform.awaitCaughtUp(ORDERS);
    JsonNode run = platform.batchRun(ORDERS);
    String balance =
        new Accounts(platform, ORDERS, "sales_by_country", "orders").expectBalance(records, run);
    System.out.printf("%s%nmade on purpose: %s%n", balance, produced.path("errors"));
  }
}
