package io.anabranch.jobs.definition;

import io.anabranch.runtime.Problem;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import javax.xml.validation.Schema;
import javax.xml.validation.ValidatorHandler;
import org.xml.sax.Attributes;
import org.xml.sax.ContentHandler;
import org.xml.sax.InputSource;
import org.xml.sax.Locator;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.XMLReader;
import org.xml.sax.helpers.DefaultHandler;

/** Reads XML and checks it against a schema on the way; the first fault ends it. */
final class XmlReader extends DefaultHandler {
  private static final class Open {
    final String place;
    final String name;
    final Map<String, String> attributes = new LinkedHashMap<>();
    final List<XmlElement> children = new ArrayList<>();
    final StringBuilder text = new StringBuilder();

    Open(String place, String name) {
      this.place = place;
      this.name = name;
    }
  }

  private final String file;
  private final Deque<Open> open = new ArrayDeque<>();
  private Locator locator;
  private XmlElement root;

  private XmlReader(String file) {
    this.file = file;
  }

  /**
   * The root of a text that is valid.
   *
   * @param file what to call it in messages
   * @throws Problem with file, line, column, element and what the schema expects there
   */
  static XmlElement read(String file, String text, Schema schema) {
    XmlReader reader = new XmlReader(file);
    ValidatorHandler validator = schema.newValidatorHandler();
    validator.setContentHandler(reader);
    validator.setErrorHandler(reader);
    return reader.read(text, validator);
  }

  /** The root of a text that has no schema; as {@link #read(String, String, Schema)} otherwise. */
  static XmlElement read(String file, String text) {
    XmlReader reader = new XmlReader(file);
    return reader.read(text, reader);
  }

  private XmlElement read(String text, ContentHandler handler) {
    try {
      XMLReader xml = parser();
      xml.setContentHandler(handler);
      xml.setErrorHandler(this);
      xml.parse(new InputSource(new StringReader(text)));
      return root;
    } catch (SAXParseException e) {
      throw problem(e);
    } catch (SAXException | IOException e) {
      throw Problem.badInput(file + ": " + e.getMessage(), e);
    }
  }

  private static XMLReader parser() throws SAXException {
    try {
      SAXParserFactory factory = SAXParserFactory.newDefaultInstance();
      factory.setNamespaceAware(true);
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      return factory.newSAXParser().getXMLReader();
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The schema's words without their number, such as {@code cvc-complex-type.2.4.a}. */
  private Problem problem(SAXParseException e) {
    String words = e.getMessage().replaceFirst("^cvc-[a-zA-Z0-9.-]+: ", "");
    String where = open.isEmpty() ? "" : "<" + open.peek().name + ">: ";
    return Problem.badInput(
        "%s:%d:%d: %s%s".formatted(file, e.getLineNumber(), e.getColumnNumber(), where, words), e);
  }

  @Override
  public void error(SAXParseException e) throws SAXException {
    throw e;
  }

  @Override
  public void setDocumentLocator(Locator locator) {
    this.locator = locator;
  }

  @Override
  public void startElement(String uri, String name, String qualified, Attributes attributes) {
    Open element =
        new Open(file + ":" + locator.getLineNumber() + ":" + locator.getColumnNumber(), name);
    for (int i = 0; i < attributes.getLength(); i++) {
      element.attributes.put(attributes.getLocalName(i), attributes.getValue(i));
    }
    open.push(element);
  }

  @Override
  public void characters(char[] characters, int start, int length) {
    open.element().text.append(characters, start, length);
  }

  @Override
  public void endElement(String uri, String name, String qualified) {
    Open element = open.pop();
    root =
        new XmlElement(
            element.place,
            element.name,
            element.attributes,
            element.children,
            element.text.toString().strip());
    if (!open.isEmpty()) {
      open.element().children.add(root);
    }
  }
}
