package io.anabranch.jobs.run;

import io.anabranch.jobs.files.JobFiles;
import io.anabranch.runtime.Problem;

/** Where the definition that a path names is: the file itself, or one in the folder. */
public final class WorkflowFile {
  private WorkflowFile() {}

  /** Address of the definition of a workflow. */
  public static String address(String app, JobFiles files) {
    return in(app, "workflow.xml", files);
  }

  /**
   * Address of the file, or of the named one in the folder.
   *
   * @throws Problem if neither is there, or the path is none
   */
  public static String in(String path, String name, JobFiles files) {
    if (!path.contains("/")) {
      throw Problem.badInput(
          "'%s' is no address: expected an absolute path or a URI such as hdfs://HOST/PATH"
              .formatted(path));
    }
    String file = files.isFolder(path) ? strip(path) + "/" + name : path;
    if (!files.exists(file)) {
      throw Problem.badInput(
          "There is no file %s: name a file, or a folder with %s".formatted(file, name));
    }
    return file;
  }

  /** Address of the folder that a definition is in. */
  public static String folder(String app, JobFiles files) {
    return files.isFolder(app) ? strip(app) : app.substring(0, app.lastIndexOf('/'));
  }

  /** Address of what a definition names: absolute, or a path in the definition's folder. */
  static String named(String path, String folder) {
    return path.startsWith("/") || path.contains(":") ? path : folder + "/" + path;
  }

  private static String strip(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}
