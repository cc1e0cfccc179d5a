/** How far the layers have come with a dataset, and what that says of an answer. */
package io.anabranch.serving.standing;
