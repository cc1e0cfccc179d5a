/**
 * The batch layer: from the master dataset up to a cut to a published version, that is clean rows,
 * quarantine, profile and batch views; and the recompute that {@code verify} compares with.
 */
package io.anabranch.batch;
