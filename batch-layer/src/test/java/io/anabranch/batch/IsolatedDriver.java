package io.anabranch.batch;

import io.anabranch.runtime.ClassPath;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Properties;

/**
 * A JDBC driver from a folder of jars that shares nothing with the class path but the JDK. It is
 * for the thread that made it.
 */
final class IsolatedDriver implements AutoCloseable {
  private final ClassLoader before;
  private final URLClassLoader jars;
  private final Driver driver;

  private IsolatedDriver(ClassLoader before, URLClassLoader jars, Driver driver) {
    this.before = before;
    this.jars = jars;
    this.driver = driver;
  }

  static IsolatedDriver of(Path folder, String name)
      throws IOException, ReflectiveOperationException {
    String[] files = ClassPath.of(folder).split(":", -1);
    URL[] urls = new URL[files.length];
    for (int i = 0; i < files.length; i++) {
      urls[i] = Path.of(files[i]).toUri().toURL();
    }
    URLClassLoader jars = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    // Hadoop, which the driver comes with, looks classes up by name there.
    Thread.currentThread().setContextClassLoader(jars);
    return new IsolatedDriver(
        before, jars, (Driver) jars.loadClass(name).getDeclaredConstructor().newInstance());
  }

  Connection connect(String url) throws SQLException {
    Properties properties = new Properties();
    properties.put("user", "test");
    return driver.connect(url, properties);
  }

  @Override
  public void close() throws IOException {
    Thread.currentThread().setContextClassLoader(before);
    jars.close();
  }
}
