package io.anabranch.serving.rest;

import org.springframework.http.HttpStatus;

/** A problem whose HTTP status says more than an exit status does. */
final class RestProblem extends RuntimeException {
  private final HttpStatus status;

  RestProblem(HttpStatus status, String message) {
    super(message);
    this.status = status;
  }

  static RestProblem verifiedAlready(String dataset) {
    return new RestProblem(
        HttpStatus.CONFLICT,
        "%s is being verified already: GET /api/v1/datasets/%s/verify tells how far it is"
            .formatted(dataset, dataset));
  }

  HttpStatus status() {
    return status;
  }
}
