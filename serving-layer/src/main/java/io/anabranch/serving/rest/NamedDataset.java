package io.anabranch.serving.rest;

import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Datasets;
import org.springframework.http.HttpStatus;

/** The dataset that a path names. */
final class NamedDataset {
  private NamedDataset() {}

  /**
   * Finds it.
   *
   * @throws RestProblem 404 if there is none of that name
   */
  static Dataset in(Datasets datasets, String name) {
    return datasets.all().stream()
        .filter(dataset -> dataset.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new RestProblem(
                    HttpStatus.NOT_FOUND,
                    "unknown dataset '%s', expected one of %s"
                        .formatted(name, datasets.all().stream().map(Dataset::name).toList())));
  }
}
