/** The master dataset: the immutable files that hold every record with its position. */
package io.anabranch.master;
