package io.anabranch.ingest;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** How a file is packed: told by its first bytes, and announced by its name. */
enum Packing {
  PLAIN("plain", "", ""),
  GZIP("gzip", "\\.gz$", "1f8b"),
  ZSTD("zstd", "\\.zstd?$", "28b52ffd");

  /** As many bytes as any needs to be told. */
  static final int MAGIC_BYTES = 4;

  private final String label;
  private final String suffix;
  private final String magic;

  Packing(String label, String suffix, String magic) {
    this.label = label;
    this.suffix = suffix;
    this.magic = magic;
  }

  String label() {
    return label;
  }

  /** What a file is that begins with these bytes. */
  static Packing of(byte[] first) {
    String hex = HexFormat.of().formatHex(first);
    for (Packing packing : values()) {
      if (packing != PLAIN && hex.startsWith(packing.magic)) {
        return packing;
      }
    }
    return PLAIN;
  }

  /** What a file of that name should be. */
  static Packing named(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (Packing packing : values()) {
      if (packing != PLAIN && !packing.withoutSuffix(lower).equals(lower)) {
        return packing;
      }
    }
    return PLAIN;
  }

  /** A name in lower case without what announces the packing. */
  String withoutSuffix(String name) {
    return this == PLAIN ? name : name.replaceFirst(suffix, "");
  }

  /** The bytes inside. */
  InputStream unpack(InputStream packed) throws IOException {
    return switch (this) {
      case PLAIN -> packed;
      case GZIP -> new GZIPInputStream(packed, 64 << 10);
      case ZSTD -> new ZstdInputStream(packed);
    };
  }
}
