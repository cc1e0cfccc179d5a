/** What a batch run's quality report says, and how its figures are read from sketches. */
package io.anabranch.views.quality;
