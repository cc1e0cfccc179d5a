/** Workflows, coordinators and job properties as Oozie writes them, read and checked. */
package io.anabranch.jobs.definition;
