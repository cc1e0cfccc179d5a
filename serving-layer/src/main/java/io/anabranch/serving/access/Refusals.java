package io.anabranch.serving.access;

import io.anabranch.runtime.UsersFile.Role;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import tools.jackson.databind.json.JsonMapper;

/** 401 and 403 as {@code application/problem+json}, each with what to do next. */
final class Refusals implements AuthenticationEntryPoint, AccessDeniedHandler {
  private static final JsonMapper JSON = new JsonMapper();

  private final Access access;

  Refusals(Access access) {
    this.access = access;
  }

  @Override
  public void commence(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException why)
      throws IOException {
    boolean named = request.getHeader("Authorization") != null;
    response.setHeader("WWW-Authenticate", "Basic realm=\"anabranch\", charset=\"UTF-8\"");
    answer(
        response,
        HttpStatus.UNAUTHORIZED,
        access
            .fault()
            .map(fault -> "nobody is let in: " + fault)
            .orElse(
                (named
                        ? "the name or its token is not known here"
                        : "this instance has users, and the request names none")
                    + ": put the token that 'anabranch user add' printed into ANABRANCH_TOKEN, or"
                    + " into a file of mode 0600 that ANABRANCH_TOKEN_FILE names"));
  }

  @Override
  public void handle(
      HttpServletRequest request, HttpServletResponse response, AccessDeniedException why)
      throws IOException {
    Role needed =
        why instanceof AuthorizationDeniedException denied
                && denied.getAuthorizationResult() instanceof Needed decision
            ? decision.role()
            : Role.ADMIN;
    String user = request.getRemoteUser();
    answer(
        response,
        HttpStatus.FORBIDDEN,
        "%s %s needs the role %s, which %s has not: an admin gives it with 'anabranch user add %s --role %s'"
            .formatted(
                request.getMethod(),
                request.getRequestURI(),
                needed.label(),
                user,
                user,
                needed.label()));
  }

  private static void answer(HttpServletResponse response, HttpStatus status, String detail)
      throws IOException {
    Map<String, Object> problem = new LinkedHashMap<>();
    problem.put("title", status.getReasonPhrase());
    problem.put("status", status.value());
    problem.put("detail", detail);
    response.setStatus(status.value());
    response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    response.setCharacterEncoding("UTF-8");
    response.getWriter().write(JSON.writeValueAsString(problem));
  }
}
