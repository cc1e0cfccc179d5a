package io.anabranch.jobs.expression;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The functions without a prefix, on texts; null counts as the empty text. */
public final class TextFunctions {
  private TextFunctions() {}

  public static String firstNotNull(String first, String second) {
    return first != null && !first.isEmpty() ? first : whole(second);
  }

  public static String concat(String first, String second) {
    return whole(first) + whole(second);
  }

  public static String replaceAll(String text, String regex, String replacement) {
    return whole(text).replaceAll(regex, whole(replacement));
  }

  public static String trim(String text) {
    return whole(text).strip();
  }

  public static String urlEncode(String text) {
    return URLEncoder.encode(whole(text), StandardCharsets.UTF_8);
  }

  private static String whole(String text) {
    return text == null ? "" : text;
  }
}
