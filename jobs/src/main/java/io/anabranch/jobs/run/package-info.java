/** Workflows under way: steps, what runs them, and the engine that leads from one to the next. */
package io.anabranch.jobs.run;
