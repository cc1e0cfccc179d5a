package io.anabranch.cli;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * A role as the supervisor runs it.
 *
 * @param role its name
 * @param launch how it is started
 * @param health answers 200 once it serves
 * @param address where it is reached, for people
 * @param tier stopped before every role of a lower tier
 * @param after the role that must be ready before this one starts
 * @param stopDeadline how long it may take to end before it is killed
 */
record Service(
    String role,
    Launch launch,
    URI health,
    String address,
    int tier,
    Optional<String> after,
    Duration stopDeadline) {}
