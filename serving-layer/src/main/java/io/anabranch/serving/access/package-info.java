/** Who asks, and whether they may. */
package io.anabranch.serving.access;
