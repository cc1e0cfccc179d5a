/** What Spark's applications did, by their event logs. Nothing of Spark is needed to read them. */
package io.anabranch.jobs.metrics;
