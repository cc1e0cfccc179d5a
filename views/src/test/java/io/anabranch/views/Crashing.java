package io.anabranch.views;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.function.Consumer;

/** A port whose writes go through somebody who may make them crash. */
final class Crashing {
  private static final Set<String> WRITES =
      Set.of("writeDeltas", "appendIdentities", "beginFold", "advanceApplied", "recordEpoch");

  private Crashing() {}

  @SuppressWarnings("unchecked") // a proxy of the port is a port
  static <T> T port(Class<T> port, T target, Consumer<Runnable> writes) {
    return (T)
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, args) -> {
              if (!WRITES.contains(method.getName())) {
                return invoke(target, method, args);
              }
              writes.accept(() -> invoke(target, method, args));
              return null;
            });
  }

  private static Object invoke(Object target, java.lang.reflect.Method method, Object[] args) {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }
}
