package io.anabranch.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.runtime.PrivateFile;
import io.anabranch.runtime.Problem;
import io.anabranch.runtime.UsersFile;
import io.anabranch.runtime.UsersFile.Role;
import io.anabranch.runtime.UsersFile.User;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.springframework.security.crypto.bcrypt.BCrypt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code user}: who may do what. It works on the instance's file, not by REST. */
@Command(
    name = "user",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Says who may use the serving layer: viewers read, operators run what is set up, admins do"
          + " everything.",
      "While there are no users, whoever reaches it may do everything."
    },
    subcommands = {UserCommand.Add.class, UserCommand.Listing.class, UserCommand.Remove.class},
    footer = {
      "%nExamples:",
      "  anabranch user add anna --role operator",
      "  ANABRANCH_TOKEN=anna:... anabranch jobs start weekly-customer_orders",
      "  anabranch user remove anna",
    })
final class UserCommand extends Group {
  /** The user as whom the platform's own commands ask. */
  static final String PLATFORM = "anabranch";

  private static User user(Token token, Role role) {
    return new User(token.name(), role, BCrypt.hashpw(token.secret(), BCrypt.gensalt()));
  }

  /** Changes the users, one change at a time. */
  private static void change(
      Instance instance, Supplier<List<User>> first, Consumer<List<User>> change) {
    UsersFile file = UsersFile.beside(instance.config());
    FolderLock oneAtATime = FolderLock.take(instance.data().run().resolve("users.lock"));
    try {
      List<User> users = new ArrayList<>(file.read().orElseGet(first));
      change.accept(users);
      file.write(users);
    } finally {
      oneAtATime.close();
    }
  }

  private static List<User> none() {
    throw Problem.badInput("this instance has no users: add one with 'anabranch user add'");
  }

  /** {@code user add}. */
  @Command(
      name = "add",
      description = {
        "Adds a user, or gives one a new role and a new token; prints the token, which is kept"
            + " nowhere.",
        "With the first user comes 'anabranch', as whom commands in this instance's folder and its"
            + " schedules ask."
      },
      footer = {"%nExample:", "  anabranch user add anna --role operator"})
  static final class Add implements Callable<Integer> {
    @Mixin private CommonOptions common;
    @Mixin private PlatformOptions options;

    @Parameters(paramLabel = "NAME", description = "letters, digits, '.', '-', '_'")
    private String name;

    @Option(names = "--role", required = true, description = "viewer, operator or admin")
    private String role;

    @Override
    public Integer call() {
      Instance instance = options.existing();
      Token token = Token.create(name);
      User added = user(token, Role.of(role));
      if (name.equals(PLATFORM)) {
        throw Problem.badInput("'%s' is the platform itself: choose another name".formatted(name));
      }
      change(
          instance,
          () -> first(instance),
          users -> {
            users.removeIf(user -> user.name().equals(name));
            users.add(added);
          });
      Words.say("%s is %s; the token is shown once".formatted(name, role));
      ObjectNode json = Json.object().put("user", name).put("role", role);
      System.out.println(common.json() ? Json.line(json.put("token", token.text())) : token.text());
      return 0;
    }

    /** Its token is there before anybody is asked for one. */
    private static List<User> first(Instance instance) {
      Token token = Token.create(PLATFORM);
      PrivateFile.write(Token.ownersFile(instance), token.text() + "\n");
      return List.of(user(token, Role.ADMIN));
    }
  }

  /** {@code user list}. */
  @Command(
      name = "list",
      description = "Lists the users.",
      footer = {"%nExample:", "  anabranch user list --json"})
  static final class Listing implements Callable<Integer> {
    @Mixin private CommonOptions common;
    @Mixin private PlatformOptions options;

    @Override
    public Integer call() {
      UsersFile file = UsersFile.beside(options.existing().config());
      ObjectNode json = Json.object();
      var users = json.putArray("users");
      for (User user : file.read().orElseGet(List::of)) {
        users.addObject().put("user", user.name()).put("role", user.role().label());
      }
      if (users.isEmpty()) {
        Words.say("there are no users: whoever reaches the serving layer may do everything");
      }
      System.out.print(common.json() ? Json.line(json) + "\n" : ObjectTable.of(users).render());
      return 0;
    }
  }

  /** {@code user remove}. */
  @Command(
      name = "remove",
      description = {
        "Removes a user; what they started goes on.",
        "To let everybody in again, delete the file 'users' beside the settings."
      },
      footer = {"%nExample:", "  anabranch user remove anna"})
  static final class Remove implements Callable<Integer> {
    @Mixin private CommonOptions common;
    @Mixin private PlatformOptions options;

    @Parameters(paramLabel = "NAME", description = "as 'user list' tells it")
    private String name;

    @Override
    public Integer call() {
      Instance instance = options.existing();
      if (name.equals(PLATFORM)) {
        throw Problem.badInput(
            "'%s' is the platform itself: its schedules ask as this user".formatted(name));
      }
      change(instance, UserCommand::none, this::remove);
      ObjectNode json = Json.object().put("user", name).put("removed", true);
      System.out.println(common.json() ? Json.line(json) : name + " is removed");
      return 0;
    }

    private void remove(List<User> users) {
      if (!users.removeIf(user -> user.name().equals(name))) {
        throw Problem.badInput(
            "there is no user '%s', expected one of %s"
                .formatted(name, users.stream().map(User::name).toList()));
      }
    }
  }
}
