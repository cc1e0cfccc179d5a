package io.anabranch.hive;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.runtime.PlatformSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/**
 * The files in {@code conf/embedded} say what the two services are told on one machine; {@code
 * -Dsites=write} writes what is compared otherwise.
 */
class SiteFilesTest {
  private static final Path FOLDER = Path.of("conf/embedded");
  private static final Path DATA = Path.of("/srv/river");

  private final HiveConfigurations configurations =
      new HiveConfigurations(
          new PlatformSettings(
              DATA,
              Path.of("/opt/anabranch/schemas"),
              URI.create("hdfs://127.0.0.1:8020"),
              "/anabranch",
              "127.0.0.1:9092",
              "127.0.0.1:2181",
              URI.create("thrift://127.0.0.1:9083"),
              "127.0.0.1:10000",
              "127.0.0.1:9090",
              "127.0.0.1:9091",
              URI.create("http://127.0.0.1:8642")),
          new HiveSettings("127.0.0.1", 9083, 10000, 0));

  @Test
  void theMetastoresFileIsWhatItIsTold() throws IOException {
    MetastoreDatabase database = new MetastoreDatabase(DATA.resolve("hive/metastore"));
    compare("metastore-site.xml", configurations.metastoreSite(database));
  }

  @Test
  void theServersFileIsWhatItIsTold() throws IOException {
    compare("hive-site.xml", configurations.serverSite());
  }

  private static void compare(String name, Configuration site) throws IOException {
    Path file = FOLDER.resolve(name);
    String text = text(site);
    if ("write".equals(System.getProperty("sites"))) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, text);
    }
    assertThat(file)
        .as("mvn -pl hive test -Dtest=SiteFilesTest -Dsites=write makes it anew")
        .hasContent(text);
  }

  private static String text(Configuration site) {
    Map<String, String> sorted = new TreeMap<>();
    site.forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    StringBuilder text =
        new StringBuilder(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- Generated: what 'anabranch up --data /srv/river' tells Hive, with Hive's usual ports. -->
            <configuration>
            """);
    sorted.forEach(
        (name, value) ->
            text.append("  <property>\n    <name>%s</name>\n".formatted(name))
                .append("    <value>%s</value>\n  </property>\n".formatted(escaped(value))));
    return text.append("</configuration>\n").toString();
  }

  private static String escaped(String value) {
    return value.replace("&", "&amp;").replace("<", "&lt;");
  }
}
