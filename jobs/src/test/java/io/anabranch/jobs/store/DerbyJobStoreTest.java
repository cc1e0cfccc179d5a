package io.anabranch.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DerbyJobStoreTest extends JobStoreContract {
  @TempDir private Path folder;

  @Override
  JobStore open() {
    return DerbyJobStore.open(folder.resolve("db"));
  }

  private static Schedule schedule() {
    return new Schedule(
        "s",
        "/x",
        "",
        Map.of(),
        "me",
        Schedule.State.ACTIVE,
        Instant.EPOCH,
        1,
        Instant.EPOCH,
        Optional.empty());
  }

  private static void shutDown(Path database) {
    assertThatThrownBy(
            () -> DriverManager.getConnection("jdbc:derby:" + database + ";shutdown=true"))
        .hasMessageContaining("shutdown");
  }

  @Test
  void aDatabaseThatShutItselfDownIsOpenedAgain(@TempDir Path other) {
    Path database = other.resolve("db");
    try (JobStore store = DerbyJobStore.open(database)) {
      store.put(schedule());
      shutDown(database); // as Derby does when it cannot write its log
      assertThat(store.schedules()).containsExactly(schedule());
      store.put(schedule().made(2, Instant.EPOCH));
      shutDown(database);
    }
    try (JobStore store = DerbyJobStore.open(database)) {
      assertThat(store.schedules()).containsExactly(schedule().made(2, Instant.EPOCH));
    }
  }

  @Test
  void aDatabaseThatCannotBeWrittenIsNotRead(@TempDir Path other) throws IOException {
    Path database = other.resolve("db");
    try (JobStore store = DerbyJobStore.open(database)) {
      store.put(schedule());
      shutDown(database);
      Path inTheWay = Files.createDirectories(database.resolve("db.lck/x"));
      assertThatThrownBy(store::schedules)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("cannot be written");
      Files.delete(inTheWay);
      Files.delete(inTheWay.getParent());
      assertThat(store.schedules()).containsExactly(schedule());
    }
  }

  @Test
  void whatWasClosedStaysClosed(@TempDir Path other) {
    JobStore store = DerbyJobStore.open(other.resolve("db"));
    store.close();
    assertThatThrownBy(store::schedules)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("closed");
    DerbyJobStore.open(other.resolve("db")).close();
  }

  @Test
  void theFirstErrorIsToldThoughTheRollbackFailsToo() {
    Connection broken =
        (Connection)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("isClosed")) {
                    return false;
                  }
                  throw new SQLException(method.getName() + " failed");
                });
    assertThatThrownBy(() -> new DerbyJobStore("jdbc:none", broken).schedules())
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("prepareStatement failed")
        .rootCause()
        .satisfies(first -> assertThat(first.getSuppressed()[0]).hasMessage("rollback failed"));
  }

  @Test
  void aDatabaseWhoseMakingWasCutOffIsMadeAnew(@TempDir Path other) throws IOException {
    for (String name : List.of("db", "db.new")) {
      Files.createDirectories(other.resolve(name).resolve("seg0"));
      Files.writeString(other.resolve(name).resolve("seg0/c10.dat"), "half");
    }
    try (JobStore store = DerbyJobStore.open(other.resolve("db"))) {
      store.put(schedule());
    }
    try (JobStore store = DerbyJobStore.open(other.resolve("db"))) {
      assertThat(store.schedules()).containsExactly(schedule());
    }
    assertThat(other.resolve("db.new")).doesNotExist();
    assertThat(other.resolve("db.cut-off/seg0/c10.dat")).content().isEqualTo("half");
  }

  @Test
  void whatWasWrittenIsThereAfterARestart(@TempDir Path other) {
    Schedule schedule = schedule();
    try (JobStore first = DerbyJobStore.open(other.resolve("db"))) {
      first.put(schedule);
    }
    try (JobStore second = DerbyJobStore.open(other.resolve("db"))) {
      assertThat(second.schedules()).containsExactly(schedule);
    }
  }
}
