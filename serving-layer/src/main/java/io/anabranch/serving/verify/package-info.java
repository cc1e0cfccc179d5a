/** Compares what is served with a recompute from the master dataset. */
package io.anabranch.serving.verify;
