package io.anabranch.jobs.definition;

import io.anabranch.runtime.Problem;
import java.util.Map;

/** A file that {@code job-xml} names: properties in Hadoop's form, without expressions. */
public final class JobXml {
  private JobXml() {}

  /**
   * The properties of the text, in order.
   *
   * @param file what to call it in messages
   * @throws Problem with file, line and element if it holds anything else
   */
  public static Map<String, String> read(String file, String text) {
    XmlElement root = XmlReader.read(file, text);
    if (!root.name().equals("configuration")) {
      throw root.problem("expected <configuration> with <property> elements");
    }
    for (XmlElement each : root.children()) {
      if (!each.name().equals("property") || each.textOf("name").isEmpty()) {
        throw each.problem("expected <property> with a name");
      }
    }
    return root.properties();
  }
}
