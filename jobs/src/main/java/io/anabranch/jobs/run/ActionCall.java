package io.anabranch.jobs.run;

import io.anabranch.jobs.definition.XmlElement;
import io.anabranch.jobs.store.Run;
import io.anabranch.jobs.store.Step;
import java.nio.file.Path;
import java.util.Map;

/**
 * One try of an action.
 *
 * @param body its element, all expressions replaced
 * @param configuration its properties over the workflow's global ones, those of {@code job-xml}
 *     files below both
 * @param app address of the folder of the workflow
 * @param folder its own folder, the same for the same try whoever asks; it is there
 */
public record ActionCall(
    Run run,
    Step step,
    XmlElement body,
    Map<String, String> configuration,
    String app,
    Path folder) {
  /** Where its words go. */
  public Path log() {
    return folder.resolve("log");
  }
}
