package io.anabranch.ingest;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** JSON as it comes from others, strictly: UTF-8, no key twice, numbers digit by digit. */
final class JsonText {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private JsonText() {}

  /** The one object that the bytes are. */
  static JsonNode object(byte[] bytes) throws Refusal {
    // Jackson would guess at UTF-16 and UTF-32.
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new Refusal("row: expected UTF-8");
    }
    try {
      JsonNode read = JSON.readTree(text);
      if (read.isObject()) {
        return read;
      }
    } catch (JacksonException e) {
      throw new Refusal(
          "row: expected one JSON object", ": " + FieldValue.shown(e.getOriginalMessage()));
    }
    throw new Refusal("row: expected one JSON object");
  }

  /**
   * A value as the text that stands for it in other formats.
   *
   * @param name of the value
   * @param value absent and null are no value
   * @return null for no value
   */
  static String of(String name, JsonNode value) throws Refusal {
    if (value == null || value.isNull()) {
      return null;
    } else if (value.isContainerNode()) {
      throw new Refusal(
          name + ": expected one value", " but found '" + FieldValue.shown(value.toString()) + "'");
    }
    return value.asText();
  }
}
