package io.anabranch.serving.rest;

import io.anabranch.runtime.Problem;
import io.anabranch.serving.standing.MomentLostException;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Errors as {@code application/problem+json} (RFC 9457), without traces. */
@RestControllerAdvice
final class ProblemAdvice {
  private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

  @ExceptionHandler
  ResponseEntity<ProblemDetail> handle(Exception e) {
    if (e instanceof RestProblem problem) {
      return answer(problem.status(), problem.getMessage());
    } else if (e instanceof MomentLostException) {
      return answer(HttpStatus.GONE, e.getMessage());
    } else if (e instanceof Problem problem) {
      return answer(
          switch (problem.status()) {
            case BAD_INPUT -> HttpStatus.BAD_REQUEST;
            case UNREACHABLE -> HttpStatus.SERVICE_UNAVAILABLE;
            default -> HttpStatus.INTERNAL_SERVER_ERROR;
          },
          problem.getMessage());
    } else if (e instanceof ErrorResponse response) {
      return answer(response.getStatusCode(), response.getBody().getDetail());
    } else if (e instanceof UncheckedIOException) {
      LOG.warn("a store does not answer", e);
      return answer(HttpStatus.SERVICE_UNAVAILABLE, "a store does not answer: " + e.getMessage());
    }
    LOG.error("internal error", e);
    return answer(
        HttpStatus.INTERNAL_SERVER_ERROR, "internal error, see the log of the serving layer: " + e);
  }

  private static ResponseEntity<ProblemDetail> answer(HttpStatusCode status, String detail) {
    return ResponseEntity.status(status)
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(ProblemDetail.forStatusAndDetail(status, detail));
  }
}
