package io.anabranch.serving.access;

import io.anabranch.runtime.UsersFile.Role;
import org.springframework.security.authorization.AuthorizationDecision;

/** Whether somebody had the role that a route needs. */
final class Needed extends AuthorizationDecision {
  private final Role role;

  Needed(Role role, boolean granted) {
    super(granted);
    this.role = role;
  }

  Role role() {
    return role;
  }
}
