/** REST: routes, parameters, JSON, CSV, problems, and who may ask. */
package io.anabranch.serving.rest;
