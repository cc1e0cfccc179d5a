package io.anabranch.jobs.expression;

import java.util.Map;

/** The functions {@code wf:}, with Oozie's names. */
public final class WorkflowFunctions {
  private WorkflowFunctions() {}

  private static Scope.WorkflowState state() {
    return Scope.require(Expressions.scope().workflow(), "wf:", "a workflow");
  }

  public static String id() {
    return state().id();
  }

  public static String name() {
    return state().name();
  }

  public static String appPath() {
    return state().app();
  }

  /** The property, empty where it is not set. */
  public static String conf(String property) {
    return Expressions.scope().properties().getOrDefault(property, "");
  }

  public static String user() {
    return state().user();
  }

  public static int run() {
    return state().attempt() - 1;
  }

  public static String lastErrorNode() {
    return state().lastErrorNode();
  }

  public static String errorMessage(String node) {
    return state().errorMessage(node);
  }

  public static String errorCode(String node) {
    return state().errorCode(node);
  }

  public static String transition(String node) {
    return state().transition(node);
  }

  public static Map<String, String> actionData(String node) {
    return state().data(node);
  }
}
