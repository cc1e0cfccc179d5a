package io.anabranch.jobs.expression;

import io.anabranch.jobs.files.Addresses;
import io.anabranch.jobs.files.JobFiles;

/** The functions {@code fs:}; a path without a scheme is one of the workflow's global name node. */
public final class FileFunctions {
  private FileFunctions() {}

  private static JobFiles files() {
    return Scope.require(Expressions.scope().files(), "fs:", "a workflow");
  }

  private static String address(String path) {
    return Expressions.scope()
        .workflow()
        .flatMap(Scope.WorkflowState::nameNode)
        .map(nameNode -> Addresses.at(nameNode, path))
        .orElse(path);
  }

  public static boolean exists(String path) {
    return files().exists(address(path));
  }

  public static boolean isDir(String path) {
    return files().isFolder(address(path));
  }

  public static long fileSize(String path) {
    return files().isFolder(address(path)) ? -1 : files().bytes(address(path));
  }

  public static long dirSize(String path) {
    return files().isFolder(address(path)) ? files().bytes(address(path)) : -1;
  }
}
