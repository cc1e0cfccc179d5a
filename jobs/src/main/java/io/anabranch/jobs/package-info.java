/** Scheduled runs and job control in Oozie's format, on one machine. */
package io.anabranch.jobs;
