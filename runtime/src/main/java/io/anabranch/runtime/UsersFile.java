package io.anabranch.runtime;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Those who may use an instance: a line {@code name:role:hash} each, comments after {@code #}, mode
 * 0600. While there is no file, whoever reaches the serving layer may do everything.
 *
 * @param file {@code users} beside the settings file
 */
public record UsersFile(Path file) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /** What somebody may do; each may what the one before may. */
  public enum Role {
    /** Read everything. */
    VIEWER,
    /** Start, cancel and rerun what admins have set up; verify. */
    OPERATOR,
    /** Everything. */
    ADMIN;

    /** As it stands in the file. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The role of a label.
     *
     * @throws Problem status 2 if there is none
     */
    public static Role of(String label) {
      return Arrays.stream(values())
          .filter(role -> role.label().equals(label))
          .findFirst()
          .orElseThrow(
              () ->
                  Problem.badInput(
                      "unknown role '%s', expected one of %s"
                          .formatted(label, Arrays.stream(values()).map(Role::label).toList())));
    }
  }

  /**
   * One of them.
   *
   * @param hash of the secret, by bcrypt
   */
  public record User(String name, Role role, String hash) {
    /** Checks the name: letters, digits, dots, hyphens and underscores. */
    public User {
      if (!NAME.matcher(name).matches() || hash.isBlank() || hash.contains(":")) {
        throw Problem.badInput(
            "'%s' is no name of a user: expected 1 to 64 letters, digits, '.', '-' or '_'"
                .formatted(name));
      }
    }

    private String line() {
      return name + ":" + role.label() + ":" + hash + "\n";
    }
  }

  /** The users file of the instance with these settings. */
  public static UsersFile beside(Path settings) {
    return new UsersFile(settings.toAbsolutePath().resolveSibling("users"));
  }

  /**
   * All of them, in order of name; empty while there is no file.
   *
   * @throws Problem status 2 if others may open the file, it cannot be read, it cannot be told
   *     whether it is there, or a line is wrong
   */
  public Optional<List<User>> read() {
    // what cannot be looked at, or leads nowhere, is not taken for a file that is not there
    if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    List<User> users = new ArrayList<>();
    Set<String> names = new HashSet<>();
    int number = 0;
    for (String line : PrivateFile.read(file).lines().toList()) {
      number++;
      if (!line.isBlank() && !line.startsWith("#")) {
        User user = user(line.strip(), number);
        if (!names.add(user.name())) {
          throw Problem.badInput("%s:%s: '%s' stands twice".formatted(file, number, user.name()));
        }
        users.add(user);
      }
    }
    users.sort(Comparator.comparing(User::name));
    return Optional.of(users);
  }

  /** What is wrong is told without the line: it may hold a hash. */
  private User user(String line, int number) {
    String[] parts = line.split(":", -1);
    if (parts.length != 3) {
      throw Problem.badInput("%s:%s: expected name:role:hash".formatted(file, number));
    }
    try {
      return new User(parts[0], Role.of(parts[1]), parts[2]);
    } catch (Problem problem) {
      throw Problem.badInput("%s:%s: %s".formatted(file, number, problem.getMessage()));
    }
  }

  /**
   * Writes the file anew.
   *
   * @throws Problem status 3 if it cannot be written
   */
  public void write(List<User> users) {
    PrivateFile.write(
        file,
        users.stream()
            .sorted(Comparator.comparing(User::name))
            .map(User::line)
            .collect(
                Collectors.joining("", "# name:role:hash; change it by 'anabranch user'\n", "")));
  }
}
