package io.anabranch.serving.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecomputedFolderTest {
  private static final Instant NOW = Instant.parse("2026-01-05T12:00:00Z");

  @TempDir private Path parent;

  private Path folder(String dataset, Duration age) throws IOException {
    Path folder = Files.createDirectory(parent.resolve(dataset + "-" + UUID.randomUUID()));
    Files.writeString(folder.resolve("part-0.avro"), "cells");
    return Files.setLastModifiedTime(folder, FileTime.from(NOW.minus(age)));
  }

  @Test
  void clearsTheOldFoldersOfItsDatasetAlone() throws IOException {
    Path old = folder("orders", Duration.ofDays(2));
    Path young = folder("orders", Duration.ofHours(1));
    Path other = folder("orders-archive", Duration.ofDays(2));
    RecomputedFolder.clear(
        URI.create("file:///"), parent.toString(), "orders", NOW.minus(Duration.ofDays(1)));
    assertThat(parent).isDirectoryContaining(young::equals).isDirectoryContaining(other::equals);
    assertThat(old).doesNotExist();
  }

  @Test
  void isContentWithNothing() {
    RecomputedFolder.clear(
        URI.create("file:///"), parent.resolve("none").toString(), "orders", NOW);
    assertThat(parent).isEmptyDirectory();
  }
}
