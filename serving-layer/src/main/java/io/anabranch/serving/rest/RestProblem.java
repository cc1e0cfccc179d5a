package io.anabranch.serving.rest;

import org.springframework.http.HttpStatus;

/** A problem whose HTTP status says more than an exit status does. */
final class RestProblem extends RuntimeException {
  private final HttpStatus status;

  RestProblem(HttpStatus status, String message) {
    super(message);
    this.status = status;
  }

  HttpStatus status() {
    return status;
  }
}
