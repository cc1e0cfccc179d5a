/** What the speed layer said of the records that a batch version took over, beside that version. */
package io.anabranch.serving.compare;
