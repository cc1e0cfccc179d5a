package io.anabranch.serving.rest;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Keeps other sites out of a service that listens on loopback, with users or without: a browser may
 * load nothing but what this origin serves, a request under a foreign host name is refused (a name
 * that was pointed to this machine), and so is a change that a page of another site asks for. It
 * comes before anybody is asked who they are.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class SameOriginFilter extends OncePerRequestFilter {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");
  private static final String POLICY =
      "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
          + " form-action 'self'; frame-ancestors 'none'";

  private final String host;

  /**
   * @param host the name that the server was told to listen on
   */
  SameOriginFilter(String host) {
    this.host = host;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    response.setHeader("Content-Security-Policy", POLICY);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
    String name = request.getServerName();
    if (!LOOPBACK.contains(name) && !name.equals(host)) {
      refuse(response, "the host name '" + plain(name) + "' is not served here: ask for " + host);
    } else if (!request.getMethod().equals("GET") && isForeign(request)) {
      refuse(response, "a page of another site may not change anything here");
    } else {
      chain.doFilter(request, response);
    }
  }

  private static boolean isForeign(HttpServletRequest request) {
    String origin = request.getHeader("Origin");
    return origin != null
        && !origin.equals(request.getScheme() + "://" + request.getHeader("Host"));
  }

  private static String plain(String name) {
    return name.replaceAll("[^A-Za-z0-9.:-]", "?");
  }

  private static void refuse(HttpServletResponse response, String detail) throws IOException {
    response.setStatus(HttpServletResponse.SC_FORBIDDEN);
    response.setContentType("application/problem+json");
    response
        .getWriter()
        .write("{\"title\": \"Forbidden\", \"status\": 403, \"detail\": \"" + detail + "\"}");
  }
}
