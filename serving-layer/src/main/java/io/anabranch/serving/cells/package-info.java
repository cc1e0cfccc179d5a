/** Reads, merges, rolls up and pages the cells of a view. */
package io.anabranch.serving.cells;
