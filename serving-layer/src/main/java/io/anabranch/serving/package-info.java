/** The serving layer's process, and what all its parts share. */
package io.anabranch.serving;
