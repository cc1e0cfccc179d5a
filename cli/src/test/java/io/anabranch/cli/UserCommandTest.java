package io.anabranch.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.anabranch.runtime.Problem;
import io.anabranch.runtime.UsersFile;
import io.anabranch.runtime.UsersFile.Role;
import io.anabranch.runtime.UsersFile.User;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.crypto.bcrypt.BCrypt;

class UserCommandTest {
  @TempDir private Path folder;
  private Instance instance;
  private String data;

  @BeforeEach
  void install() {
    System.setProperty("anabranch.home", folder.toString());
    instance = Instance.ensure(Home.current(), folder.resolve("data"));
    data = folder.resolve("data").toString();
  }

  @AfterEach
  void forget() {
    System.clearProperty("anabranch.home");
  }

  private List<User> users() {
    return UsersFile.beside(instance.config()).read().orElseThrow();
  }

  private CommandRun add(String name, String role) {
    return CommandRun.of("user", "add", name, "--role", role, "--json", "--data", data);
  }

  @Test
  void theFirstUserBringsThePlatformsOwn() throws JsonProcessingException {
    assertThat(Token.of(instance, Map.of())).isEmpty();
    CommandRun run = add("anna", "operator");
    assertThat(run.status()).as(run.err()).isZero();
    String token = Json.parse(run.out()).path("token").asText();
    assertThat(token).startsWith("anna:").hasSizeGreaterThan(40);
    assertThat(run.err()).doesNotContain(token);
    assertThat(users()).extracting(User::name).containsExactly("anabranch", "anna");
    User anna = users().get(1);
    assertThat(anna.role()).isEqualTo(Role.OPERATOR);
    assertThat(BCrypt.checkpw(token.substring("anna:".length()), anna.hash())).isTrue();
    Token owners = Token.of(instance, Map.of()).orElseThrow();
    assertThat(owners.name()).isEqualTo("anabranch");
    assertThat(BCrypt.checkpw(owners.secret(), users().get(0).hash())).isTrue();
    assertThat(users().get(0).role()).isEqualTo(Role.ADMIN);
  }

  @Test
  void aUserGetsAnotherRoleAndAnotherToken() {
    add("anna", "operator");
    String hash = users().get(1).hash();
    add("anna", "viewer");
    assertThat(users()).hasSize(2);
    assertThat(users().get(1).role()).isEqualTo(Role.VIEWER);
    assertThat(users().get(1).hash()).isNotEqualTo(hash);
    assertThat(CommandRun.of("user", "list", "--data", data).out()).contains("anna", "viewer");
    assertThat(CommandRun.of("user", "remove", "anna", "--data", data).status()).isZero();
    assertThat(users()).hasSize(1);
  }

  @Test
  void whatCannotBeIsTold() {
    assertThat(add("anna", "chief").err()).contains("[viewer, operator, admin]");
    assertThat(add("a:b", "viewer").status()).isEqualTo(2);
    assertThat(add("anabranch", "viewer").err()).contains("the platform itself");
    assertThat(CommandRun.of("user", "remove", "anna", "--data", data).err())
        .contains("has no users");
    add("anna", "viewer");
    assertThat(CommandRun.of("user", "remove", "bob", "--data", data).err())
        .contains("expected one of [anabranch, anna]");
    assertThat(CommandRun.of("user", "remove", "anabranch", "--data", data).status()).isEqualTo(2);
  }

  @Test
  void tokensComeFromTheEnvironmentOrAFileOfTheOwner() throws IOException {
    add("anna", "viewer");
    Path file = Files.writeString(folder.resolve("mine"), "bob:secret\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Map<String, String> named = Map.of("ANABRANCH_TOKEN_FILE", file.toString());
    assertThat(Token.of(instance, named)).contains(new Token("bob", "secret"));
    assertThat(Token.of(instance, Map.of("ANABRANCH_TOKEN", "eve:x")))
        .contains(new Token("eve", "x"));
    assertThat(Token.of(instance, Map.of()).orElseThrow().name()).isEqualTo("anabranch");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> Token.of(instance, named))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("chmod 600");
    assertThatThrownBy(() -> Token.of(instance, Map.of("ANABRANCH_TOKEN", "secret")))
        .isInstanceOf(Problem.class)
        .hasMessageNotContaining("secret");
  }

  @Test
  void aTokenIsShownAsHttpWantsItAndNotInWords() {
    Token token = new Token("anna", "a:b");
    assertThat(token.header())
        .isEqualTo(
            "Basic "
                + Base64.getEncoder().encodeToString("anna:a:b".getBytes(StandardCharsets.UTF_8)));
    assertThat(token).hasToString("token of anna");
  }
}
