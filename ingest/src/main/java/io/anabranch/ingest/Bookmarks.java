package io.anabranch.ingest;

import io.anabranch.schemas.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The bookmarks of a dataset's files, one small file each in {@code
 * <data>/sources/<dataset>/files}. Who loses them loads from the beginning again; repeats are
 * dropped as ever.
 */
final class Bookmarks {
  private static final String SUFFIX = ".json";

  private final Path folder;

  Bookmarks(Path data, Dataset dataset) {
    this.folder = data.resolve("sources").resolve(dataset.name()).resolve("files");
  }

  /**
   * Takes hold of the bookmark of that key, which may not have been written yet; empty if another
   * process loads the file.
   */
  Optional<SourceState<Bookmark>> tryHold(String key) throws IOException {
    return SourceState.tryHold(key, folder.resolve(key + SUFFIX), Bookmark.class);
  }
}
