package io.anabranch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anabranch.schemas.CsvMapping;
import io.anabranch.schemas.Dataset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real files, where they lie beside the repository. */
class RealFilesTest {
  private static final Path DATA = Path.of("../../shared/data");

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "customer_orders, online_retail.csv.gz, online-retail, 541909, 5268",
    "energy_readings, elspotprices_2024.csv.gz, spot-prices, 61488, 0",
    "energy_readings, electricity_balance_dk2_2024.csv.gz, electricity-balance, 1681, 0"
  })
  void everyRowIsReadAndRepeatsAreLeftOut(
      String name, String fileName, String mapping, long rows, long repeats) throws Exception {
    Path path = DATA.resolve(fileName);
    assumeTrue(Files.exists(path));
    Dataset dataset = Fixtures.DATASETS.named(name);
    CsvMapping chosen = MappingChoice.byHeader(dataset, path);
    assertThat(chosen.name()).isEqualTo(mapping);
    List<String> told = new ArrayList<>();
    FileLoader loader =
        new FileLoader(
            dataset,
            new MemoryLog(dataset, "topic-1"),
            new Bookmarks(folder, dataset),
            FileLoader.Repeats.LEAVE_OUT,
            FileLoader.BOOKMARK_EVERY,
            told::add);

    loader.load(path, new RowFormats(dataset, mapping).of(path), loader.begin());

    assertThat(told).isEmpty();
    assertThat(loader.counts().read()).isEqualTo(rows);
    assertThat(loader.counts().repeats()).isEqualTo(repeats);
    assertThat(loader.counts().accepted()).isEqualTo(rows - repeats);
  }
}
