package io.anabranch.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The platform's HDFS by its own web interface. */
final class Hdfs {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Platform platform;
  private final HttpClient http = HttpClient.newHttpClient();

  Hdfs(Platform platform) {
    this.platform = platform;
  }

  /** The paths of a dataset's master files. */
  List<String> masterFiles(String dataset) throws IOException, InterruptedException {
    List<String> files = new ArrayList<>();
    String folder = "/anabranch/master/" + dataset;
    for (String day : names(folder)) {
      for (String file : names(folder + "/" + day)) {
        if (file.matches("\\d+-\\d+-\\d+\\.parquet")) {
          files.add(folder + "/" + day + "/" + file);
        }
      }
    }
    return files;
  }

  private List<String> names(String folder) throws IOException, InterruptedException {
    HttpResponse<byte[]> listed = webHdfs("GET", folder, "LISTSTATUS", new byte[0]);
    List<String> names = new ArrayList<>();
    for (JsonNode status : JSON.readTree(listed.body()).findPath("FileStatus")) {
      names.add(status.path("pathSuffix").asText());
    }
    return names;
  }

  byte[] open(String file) throws IOException, InterruptedException {
    return webHdfs("GET", file, "OPEN", new byte[0]).body();
  }

  void create(String file, byte[] content) throws IOException, InterruptedException {
    var unused = webHdfs("PUT", file, "CREATE&overwrite=true", content);
  }

  /** The NameNode sends those who want a file's content to a DataNode. */
  private HttpResponse<byte[]> webHdfs(String method, String path, String what, byte[] content)
      throws IOException, InterruptedException {
    URI address =
        URI.create(
            "http://127.0.0.1:%s/webhdfs/v1%s?user.name=%s&op=%s"
                .formatted(
                    platform.setting("stack.namenode-http-port"),
                    path,
                    System.getProperty("user.name"),
                    what));
    HttpResponse<byte[]> answer = send(method, address, new byte[0]);
    if (answer.statusCode() == 307) {
      URI dataNode = URI.create(answer.headers().firstValue("Location").orElseThrow());
      answer = send(method, dataNode, content);
    }
    assertThat(answer.statusCode())
        .as("%s: %s", path, new String(answer.body(), StandardCharsets.UTF_8))
        .isBetween(200, 201);
    return answer;
  }

  private HttpResponse<byte[]> send(String method, URI address, byte[] content)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(address)
            .method(method, HttpRequest.BodyPublishers.ofByteArray(content))
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }
}
