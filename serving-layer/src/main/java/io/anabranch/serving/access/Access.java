package io.anabranch.serving.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.anabranch.runtime.Problem;
import io.anabranch.runtime.UsersFile;
import io.anabranch.runtime.UsersFile.Role;
import io.anabranch.runtime.UsersFile.User;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/**
 * Checks names and secrets against the users file, which is read at each request: a change counts
 * at once. While there is no file everybody may do everything; with a file that cannot be read
 * nobody may do anything.
 */
public final class Access implements AuthenticationProvider {
  private static final int COST = 10;

  private final UsersFile file;
  private final BCryptPasswordEncoder bcrypt = new BCryptPasswordEncoder(COST);

  /**
   * Takes the time of a check for names that are not known, so that nobody learns which are. No
   * secret fits it: what is found right is found quickly the next time.
   */
  private final String nobody = bcrypt.encode(UUID.randomUUID().toString());

  /** What bcrypt, which is slow on purpose, has found right: digests of name, secret and hash. */
  private final Cache<String, Boolean> right =
      Caffeine.newBuilder().maximumSize(1_000).expireAfterWrite(Duration.ofMinutes(5)).build();

  public Access(UsersFile file) {
    this.file = file;
  }

  /** Whether there is no users file. */
  boolean isOpen() {
    return users().isEmpty();
  }

  /** A file that cannot be read has no users. */
  private Optional<List<User>> users() {
    try {
      return file.read();
    } catch (Problem problem) {
      return Optional.of(List.of());
    }
  }

  /** What is wrong with the users file, if anything is. */
  Optional<String> fault() {
    try {
      var unused = file.read();
      return Optional.empty();
    } catch (Problem problem) {
      return Optional.of(problem.getMessage());
    }
  }

  @Override
  public Authentication authenticate(Authentication asked) {
    String name = asked.getName();
    Optional<List<User>> users = users();
    if (users.isEmpty()) {
      return known(name, Role.ADMIN);
    }
    Optional<User> user = users.get().stream().filter(u -> u.name().equals(name)).findFirst();
    if (!isRight(name, String.valueOf(asked.getCredentials()), user.map(User::hash).orElse(nobody))
        || user.isEmpty()) {
      throw new BadCredentialsException("the name or its token is not known here");
    }
    return known(name, user.get().role());
  }

  private boolean isRight(String name, String secret, String hash) {
    String digest = digest(name + "\n" + hash + "\n" + secret);
    if (right.getIfPresent(digest) == null) {
      if (!bcrypt.matches(secret, hash)) {
        return false;
      }
      right.put(digest, true);
    }
    return true;
  }

  private static String digest(String text) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return Base64.getEncoder().encodeToString(sha.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** With the authorities of its role and of those below. */
  private static Authentication known(String name, Role role) {
    List<GrantedAuthority> authorities =
        Arrays.stream(Role.values())
            .filter(each -> each.compareTo(role) <= 0)
            .<GrantedAuthority>map(each -> new SimpleGrantedAuthority(each.name()))
            .toList();
    return UsernamePasswordAuthenticationToken.authenticated(name, null, authorities);
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return UsernamePasswordAuthenticationToken.class.isAssignableFrom(authentication);
  }

  /** Whether somebody has a role, or one above it. */
  boolean has(Authentication somebody, Role role) {
    return isOpen()
        || somebody.getAuthorities().stream()
            .anyMatch(authority -> role.name().equals(authority.getAuthority()));
  }

  /** Whether the one who asks has a role, or one above it. */
  public boolean has(Role role) {
    return has(SecurityContextHolder.getContext().getAuthentication(), role);
  }

  /**
   * The name of the one who asks.
   *
   * @param claimed what they say; believed while there is no users file
   */
  public String user(String claimed) {
    return isOpen() ? claimed : SecurityContextHolder.getContext().getAuthentication().getName();
  }
}
