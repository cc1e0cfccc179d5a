package io.anabranch.cli;

import io.anabranch.runtime.PrivateFile;
import io.anabranch.runtime.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * Who a command speaks for: a user's name and secret, {@code NAME:SECRET}. It stands in the
 * environment variable {@code ANABRANCH_TOKEN}, or in a file of mode 0600: the one that {@code
 * ANABRANCH_TOKEN_FILE} names, or {@code token} beside the settings of the instance, which is its
 * owner's. It is never an argument, since those are seen by everybody.
 */
record Token(String name, String secret) {
  private static final int SECRET_BYTES = 32;

  /** A new one; nobody can guess it. */
  static Token create(String name) {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    return new Token(name, Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  /** The file of an instance's owner. */
  static Path ownersFile(Instance instance) {
    return instance.config().resolveSibling("token");
  }

  /** The token that there is; none where nobody asks for one. */
  static Optional<Token> of(Instance instance, Map<String, String> environment) {
    String given = environment.get("ANABRANCH_TOKEN");
    if (given != null) {
      return Optional.of(parse(given, "ANABRANCH_TOKEN"));
    }
    String named = environment.get("ANABRANCH_TOKEN_FILE");
    Path file = named == null ? ownersFile(instance) : Path.of(named);
    return named != null || Files.isReadable(file)
        ? Optional.of(parse(PrivateFile.read(file), file.toString()))
        : Optional.empty();
  }

  private static Token parse(String text, String origin) {
    int colon = text.indexOf(':');
    if (colon < 1) {
      throw Problem.badInput(origin + " holds no token: expected NAME:SECRET");
    }
    return new Token(text.substring(0, colon), text.substring(colon + 1).strip());
  }

  /** As HTTP wants it. */
  String header() {
    return "Basic " + Base64.getEncoder().encodeToString(text().getBytes(StandardCharsets.UTF_8));
  }

  /** {@code NAME:SECRET}. */
  String text() {
    return name + ":" + secret;
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "token of " + name;
  }
}
