package io.anabranch.ingest;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

/**
 * What a server answered.
 *
 * @param status the HTTP status
 * @param retryAfter the time before which it wants no other request; empty if it said none
 * @param etag empty if there is none
 * @param lastModified empty if there is none
 * @param body the whole of it
 */
record HttpAnswer(
    int status, Optional<Instant> retryAfter, String etag, String lastModified, ByteBuffer body) {}
