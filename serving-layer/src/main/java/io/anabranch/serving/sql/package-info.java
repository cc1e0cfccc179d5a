/** Merged cells by SQL: tables and functions over them, statements, and the protocol of JDBC. */
package io.anabranch.serving.sql;
