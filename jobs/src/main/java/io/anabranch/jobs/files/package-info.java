/** The files that runs read, wait for and change. */
package io.anabranch.jobs.files;
