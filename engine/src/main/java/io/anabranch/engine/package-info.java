/**
 * Compiles a dataset file to Spark plans. Both layers run the same plan: what a record decodes to,
 * whether it is rejected, what cleaning makes of it, and what it adds to each view.
 */
package io.anabranch.engine;
