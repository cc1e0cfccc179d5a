package io.anabranch.jobs.definition;

import io.anabranch.runtime.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * An element of a definition, with its place.
 *
 * @param place {@code file:line:column} of the end of its start tag
 * @param name its local name
 * @param attributes in the order of the file
 * @param children its elements in the order of the file
 * @param text all characters directly inside, stripped
 */
public record XmlElement(
    String place,
    String name,
    Map<String, String> attributes,
    List<XmlElement> children,
    String text) {
  public XmlElement {
    attributes = new LinkedHashMap<>(attributes);
    children = List.copyOf(children);
  }

  /** The first child of this name. */
  public Optional<XmlElement> child(String wanted) {
    return children.stream().filter(child -> child.name.equals(wanted)).findFirst();
  }

  /** The children of this name. */
  public List<XmlElement> children(String wanted) {
    return children.stream().filter(child -> child.name.equals(wanted)).toList();
  }

  /** The text of the first child of this name, unless it is empty. */
  public Optional<String> textOf(String wanted) {
    return child(wanted).map(XmlElement::text).filter(found -> !found.isEmpty());
  }

  /** The texts of all children of this name. */
  public List<String> textsOf(String wanted) {
    return children(wanted).stream().map(XmlElement::text).toList();
  }

  /** The value of an attribute, unless it is empty. */
  public Optional<String> attribute(String wanted) {
    return Optional.ofNullable(attributes.get(wanted)).filter(value -> !value.isEmpty());
  }

  /** An attribute that the schema requires. */
  public String required(String wanted) {
    return attribute(wanted)
        .orElseThrow(() -> problem("the attribute '%s' must not be empty".formatted(wanted)));
  }

  /** The properties of the child {@code configuration}, in order; none without it. */
  public Map<String, String> configuration() {
    return child("configuration").map(XmlElement::properties).orElse(Map.of());
  }

  /** The children {@code property}, in order. */
  Map<String, String> properties() {
    Map<String, String> properties = new LinkedHashMap<>();
    for (XmlElement property : children("property")) {
      properties.put(property.textOf("name").orElse(""), property.textOf("value").orElse(""));
    }
    return properties;
  }

  /** The same element with every text and every attribute's value put through the function. */
  public XmlElement map(UnaryOperator<String> function) {
    Map<String, String> mapped = new LinkedHashMap<>();
    attributes.forEach((key, value) -> mapped.put(key, function.apply(value)));
    List<XmlElement> elements = new ArrayList<>();
    children.forEach(child -> elements.add(child.map(function)));
    return new XmlElement(
        place, name, mapped, elements, text.isEmpty() ? text : function.apply(text));
  }

  /** The same element with one more child. */
  public XmlElement with(XmlElement last) {
    List<XmlElement> elements = new ArrayList<>(children);
    elements.add(last);
    return new XmlElement(place, name, attributes, elements, text);
  }

  /** Bad input at this place. */
  public Problem problem(String message) {
    return Problem.badInput("%s: <%s>: %s".formatted(place, name, message));
  }
}
