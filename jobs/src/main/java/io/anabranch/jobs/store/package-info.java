/** What survives a restart: schedules, runs and their steps. */
package io.anabranch.jobs.store;
