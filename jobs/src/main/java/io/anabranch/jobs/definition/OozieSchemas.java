package io.anabranch.jobs.definition;

import java.util.Arrays;
import javax.xml.transform.Source;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.apache.oozie.client.OozieClient;
import org.xml.sax.SAXException;

/** The schemas that Oozie publishes with its client, all versions side by side. */
final class OozieSchemas {
  private static final String[] WORKFLOW = {
    "oozie-workflow-0.4",
    "oozie-workflow-0.5",
    "oozie-workflow-1.0",
    "shell-action-0.1",
    "shell-action-0.2",
    "shell-action-0.3",
    "shell-action-1.0",
    "hive2-action-0.1",
    "hive2-action-0.2",
    "hive2-action-1.0",
    "spark-action-0.1",
    "spark-action-0.2",
    "spark-action-1.0",
    "oozie-sla-0.1",
    "oozie-sla-0.2"
  };

  private static final String[] COORDINATOR = {
    "oozie-coordinator-0.2",
    "oozie-coordinator-0.3",
    "oozie-coordinator-0.4",
    "oozie-coordinator-0.5",
    "oozie-sla-0.1",
    "oozie-sla-0.2"
  };

  private OozieSchemas() {}

  private static final class Workflows {
    static final Schema SCHEMA = load(WORKFLOW);
  }

  private static final class Coordinators {
    static final Schema SCHEMA = load(COORDINATOR);
  }

  static Schema workflow() {
    return Workflows.SCHEMA;
  }

  static Schema coordinator() {
    return Coordinators.SCHEMA;
  }

  /** By their addresses inside the jar, so that they find what they include. */
  private static Schema load(String... names) {
    Source[] sources =
        Arrays.stream(names)
            .map(name -> OozieClient.class.getResource("/" + name + ".xsd"))
            .map(url -> new StreamSource(url.toExternalForm()))
            .toArray(Source[]::new);
    try {
      return SchemaFactory.newDefaultInstance().newSchema(sources);
    } catch (SAXException e) {
      throw new IllegalStateException("Oozie's schemas cannot be read", e);
    }
  }
}
