package io.anabranch.serving.sql;

import io.anabranch.runtime.ExitStatus;
import io.anabranch.runtime.Problem;
import io.anabranch.serving.standing.MomentLostException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.apache.calcite.avatica.AvaticaSeverity;
import org.apache.calcite.avatica.NoSuchConnectionException;
import org.apache.calcite.avatica.metrics.noop.NoopMetricsSystem;
import org.apache.calcite.avatica.remote.AvaticaRuntimeException;
import org.apache.calcite.avatica.remote.Handler.HandlerResponse;
import org.apache.calcite.avatica.remote.JsonHandler;
import org.apache.calcite.avatica.remote.LocalService;
import org.apache.calcite.avatica.remote.ProtobufHandler;
import org.apache.calcite.avatica.remote.ProtobufTranslationImpl;
import org.apache.calcite.avatica.remote.Service;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Avatica's protocol (Apache Calcite Avatica, protobuf reference): one message in, one out. The
 * protocol's other form, JSON, is refused, since it sends decimals as binary fractions.
 */
public final class AvaticaEndpoint {
  /**
   * An answer.
   *
   * @param status of HTTP
   */
  @SuppressWarnings("ArrayRecordComponent") // it is written once, and never compared
  public record Message(int status, byte[] body) {}

  private static final Logger LOG = LoggerFactory.getLogger(AvaticaEndpoint.class);

  /** JSON begins so, and no message of protobuf does. */
  private static final byte BRACE = '{';

  private final LocalService service;
  private final JsonHandler json;

  public AvaticaEndpoint(MergedSql sql) {
    try {
      service = new LocalService(new SqlMeta(sql));
      json = new JsonHandler(service, NoopMetricsSystem.getInstance());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The answer to a message, an error among them.
   *
   * @param properties of the connection that the message opens, beside those in it: drivers keep
   *     what stands in their own address to themselves
   */
  public Message answer(byte[] message, Map<String, String> properties) {
    if (message.length > 0 && message[0] == BRACE) {
      HandlerResponse<String> refused =
          json.convertToErrorResponse(
              told(
                  Problem.badInput(
                      "JSON is refused, since it would round decimals: add ;serialization=protobuf to the address")));
      return new Message(
          refused.getStatusCode(), refused.getResponse().getBytes(StandardCharsets.UTF_8));
    }
    HandlerResponse<byte[]> response = new Answering(service, properties).apply(message);
    return new Message(response.getStatusCode(), response.getResponse());
  }

  /** Tells errors as {@link Problem} does: what was found and what to do, without a trace. */
  private static final class Answering extends ProtobufHandler {
    Answering(LocalService service, Map<String, String> properties) {
      super(service, new Opening(properties), NoopMetricsSystem.getInstance());
    }

    @Override
    public HandlerResponse<byte[]> convertToErrorResponse(Exception e) {
      // a driver that is told so opens the connection again
      return super.convertToErrorResponse(e instanceof NoSuchConnectionException ? e : told(e));
    }
  }

  /** Gives a connection that is opened the properties of the address. */
  private static final class Opening extends ProtobufTranslationImpl {
    private final Map<String, String> properties;

    Opening(Map<String, String> properties) {
      this.properties = properties;
    }

    @Override
    public Service.Request parseRequest(byte[] message) throws IOException {
      Service.Request request = super.parseRequest(message);
      if (request instanceof Service.OpenConnectionRequest open) {
        Map<String, String> all = new HashMap<>();
        if (open.info != null) {
          all.putAll(open.info);
        }
        all.putAll(Session.known(properties));
        return new Service.OpenConnectionRequest(open.connectionId, all);
      }
      return request;
    }
  }

  private static AvaticaRuntimeException told(Exception e) {
    String message = e.getMessage();
    ExitStatus status = ExitStatus.BAD_INPUT;
    if (e instanceof Problem problem) {
      status = problem.status();
    } else if (!(e instanceof MomentLostException)) {
      LOG.error("internal error", e);
      status = ExitStatus.FAILED;
      message = "internal error, see the log of the serving layer: " + e;
    }
    AvaticaRuntimeException told =
        new AvaticaRuntimeException(
            message,
            status.code(),
            status == ExitStatus.BAD_INPUT ? "42000" : "HY000",
            AvaticaSeverity.ERROR);
    told.setStackTrace(new StackTraceElement[0]);
    return told;
  }
}
