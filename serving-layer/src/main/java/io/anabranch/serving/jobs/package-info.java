/** Runs and their logs, as REST serves them; runs on files in HDFS. */
package io.anabranch.serving.jobs;
