package io.anabranch.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** A distribution whose only role is a stack that does nothing but answer its health check. */
final class TinyHome {
  private TinyHome() {}

  static Home create(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("lib/cli"));
    Path jar = Files.createDirectories(folder.resolve("lib/stack")).resolve("stack.jar");
    String name = "io/anabranch/cluster/Main.class";
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        InputStream in = TinyHome.class.getClassLoader().getResourceAsStream(name)) {
      out.putNextEntry(new JarEntry(name));
      in.transferTo(out);
    }
    return new Home(folder.toAbsolutePath());
  }
}
