/** The quality reports of batch runs. */
package io.anabranch.serving.quality;
