package io.anabranch.jobs.files;

import io.anabranch.runtime.Problem;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of this machine and those of another file system, told apart by their addresses.
 *
 * @param others for addresses that are none of this machine
 */
public record FilesByScheme(JobFiles local, JobFiles others) implements JobFiles {
  private JobFiles of(String address) {
    return LocalFiles.isLocal(address) ? local : others;
  }

  @Override
  public boolean exists(String address) {
    return of(address).exists(address);
  }

  @Override
  public boolean isFolder(String address) {
    return of(address).isFolder(address);
  }

  @Override
  public long bytes(String address) {
    return of(address).bytes(address);
  }

  @Override
  public InputStream open(String address) {
    return of(address).open(address);
  }

  @Override
  public String text(String address) {
    return of(address).text(address);
  }

  @Override
  public void fetch(String address, Path target) {
    of(address).fetch(address, target);
  }

  @Override
  public void makeFolder(String address) {
    of(address).makeFolder(address);
  }

  @Override
  public void delete(String address) {
    of(address).delete(address);
  }

  @Override
  public void move(String source, String target) {
    if (of(source) != of(target)) {
      throw Problem.badInput(
          "%s cannot be moved to %s: they are in different file systems".formatted(source, target));
    }
    of(source).move(source, target);
  }

  @Override
  public void touch(String address) {
    of(address).touch(address);
  }

  @Override
  public void setMode(String address, String mode) {
    of(address).setMode(address, mode);
  }

  @Override
  public void setGroup(String address, String group) {
    of(address).setGroup(address, group);
  }

  @Override
  public List<String> list(String folder) {
    return of(folder).list(folder);
  }
}
