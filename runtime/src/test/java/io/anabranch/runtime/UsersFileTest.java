package io.anabranch.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.runtime.UsersFile.Role;
import io.anabranch.runtime.UsersFile.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsersFileTest {
  @TempDir private Path folder;
  private UsersFile file;

  @BeforeEach
  void name() {
    file = UsersFile.beside(folder.resolve("anabranch.properties"));
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    assertThat(file.read()).isEmpty();
    User bob = new User("bob", Role.VIEWER, "$2a$10$x");
    User anna = new User("anna", Role.ADMIN, "$2a$10$y");
    file.write(List.of(bob, anna));
    assertThat(file.read()).contains(List.of(anna, bob));
    file.write(List.of());
    assertThat(file.read()).contains(List.of());
    assertThat(Files.getPosixFilePermissions(file.file()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void aFileThatOthersMayOpenIsRefused() throws IOException {
    file.write(List.of());
    Files.setPosixFilePermissions(file.file(), PosixFilePermissions.fromString("rw----r--"));
    assertThatThrownBy(() -> file.read())
        .isInstanceOf(Problem.class)
        .hasMessageContaining("chmod 600 " + file.file());
  }

  @Test
  void aLinkThatLeadsNowhereIsNoFileThatIsNotThere() throws IOException {
    Files.createSymbolicLink(file.file(), folder.resolve("moved-away"));
    assertThatThrownBy(() -> file.read())
        .isInstanceOf(Problem.class)
        .hasMessageContaining("Cannot read " + file.file());
  }

  @Test
  void whatCannotBeLookedAtIsNoFileThatIsNotThere() throws IOException {
    Path noFolder = Files.createFile(folder.resolve("conf"));
    assertThatThrownBy(() -> UsersFile.beside(noFolder.resolve("anabranch.properties")).read())
        .isInstanceOf(Problem.class)
        .hasMessageContaining("Cannot read");
  }

  @Test
  void aWrongLineIsNamedButNotShown() {
    for (String wrong :
        List.of("anna", "anna:boss:h", "a nna:admin:h", "anna:admin:", "b:viewer:h\nb:admin:h")) {
      PrivateFile.write(file.file(), "# users\n" + wrong.replace(":h", ":secret") + "\n");
      assertThatThrownBy(() -> file.read())
          .isInstanceOf(Problem.class)
          .hasMessageContaining("users:")
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void rolesHaveAnOrder() {
    assertThat(Role.values()).containsExactly(Role.VIEWER, Role.OPERATOR, Role.ADMIN);
    assertThat(Role.of("operator")).isEqualTo(Role.OPERATOR);
    assertThatThrownBy(() -> Role.of("Admin")).hasMessageContaining("[viewer, operator, admin]");
  }
}
