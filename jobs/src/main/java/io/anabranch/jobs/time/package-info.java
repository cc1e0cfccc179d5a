/** When coordinators and datasets are due. */
package io.anabranch.jobs.time;
