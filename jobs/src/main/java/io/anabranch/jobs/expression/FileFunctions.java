package io.anabranch.jobs.expression;

import io.anabranch.jobs.files.JobFiles;

/** The functions {@code fs:}. */
public final class FileFunctions {
  private FileFunctions() {}

  private static JobFiles files() {
    return Scope.require(Expressions.scope().files(), "fs:", "a workflow");
  }

  public static boolean exists(String path) {
    return files().exists(path);
  }

  public static boolean isDir(String path) {
    return files().isFolder(path);
  }

  public static long fileSize(String path) {
    return files().isFolder(path) ? -1 : files().bytes(path);
  }

  public static long dirSize(String path) {
    return files().isFolder(path) ? files().bytes(path) : -1;
  }
}
