/** Oozie's expressions, evaluated by Jakarta's expression language. */
package io.anabranch.jobs.expression;
