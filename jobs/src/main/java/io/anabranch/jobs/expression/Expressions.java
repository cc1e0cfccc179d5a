package io.anabranch.jobs.expression;

import io.anabranch.runtime.Problem;
import jakarta.el.CompositeELResolver;
import jakarta.el.ELContext;
import jakarta.el.ELException;
import jakarta.el.ELResolver;
import jakarta.el.FunctionMapper;
import jakarta.el.MapELResolver;
import jakarta.el.PropertyNotFoundException;
import jakarta.el.VariableMapper;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.Map;
import org.apache.el.ExpressionFactoryImpl;

/**
 * Evaluates texts with <code>${...}</code>: variables are the properties whose names are
 * identifiers, functions those of Oozie. Functions are static methods; what they ask for ({@link
 * Scope}) is bound to the thread while one text is evaluated, as in Oozie.
 */
public final class Expressions {
  private static final ExpressionFactoryImpl FACTORY = new ExpressionFactoryImpl();
  private static final Map<String, Method> FUNCTIONS = functions();
  private static final ThreadLocal<Scope> CURRENT = new ThreadLocal<>();

  private final Scope scope;

  public Expressions(Scope scope) {
    this.scope = scope;
  }

  /** Expressions that know properties and nothing else. */
  public static Expressions of(Map<String, String> properties) {
    return new Expressions(Scope.of(properties));
  }

  /** What the functions of the text that is being evaluated may ask for. */
  static Scope scope() {
    return CURRENT.get();
  }

  /**
   * The text with every expression replaced by its value.
   *
   * @throws Problem if it names what is not there, or is none
   * @throws UncheckedIOException if files that it asks for do not answer
   */
  public String text(String template) {
    return template.contains("${") ? evaluate(template, String.class) : template;
  }

  /**
   * Whether the predicate holds; one without a value does not.
   *
   * @throws Problem as {@link #text}
   */
  public boolean holds(String predicate) {
    return Boolean.TRUE.equals(evaluate(predicate, Boolean.class));
  }

  private <T> T evaluate(String template, Class<T> type) {
    Scope before = CURRENT.get();
    CURRENT.set(scope);
    try {
      Context context = new Context(scope.properties());
      // "#{" means nothing to Oozie
      String ours = template.replace("#{", "\\#{");
      return type.cast(FACTORY.createValueExpression(context, ours, type).getValue(context));
    } catch (ELException e) {
      throw failure(template, e);
    } finally {
      CURRENT.set(before);
    }
  }

  /** What a function threw, as it threw it; anything else is bad input. */
  private static RuntimeException failure(String template, ELException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof Problem problem) {
        return problem;
      } else if (cause instanceof UncheckedIOException away) {
        return away;
      }
    }
    return Problem.badInput("'%s' cannot be evaluated: %s".formatted(template, e.getMessage()), e);
  }

  private static Map<String, Method> functions() {
    Map<String, Method> functions = new HashMap<>();
    Map.of(
            "", TextFunctions.class,
            "wf", WorkflowFunctions.class,
            "coord", CoordinatorFunctions.class,
            "fs", FileFunctions.class)
        .forEach(
            (prefix, type) -> {
              for (Method method : type.getMethods()) {
                if (Modifier.isStatic(method.getModifiers())) {
                  functions.put(prefix + ":" + method.getName(), method);
                }
              }
            });
    return functions;
  }

  /** Variables and functions; there are no beans. */
  private static final class Context extends ELContext {
    private final ELResolver resolver;

    Context(Map<String, String> properties) {
      CompositeELResolver all = new CompositeELResolver();
      all.add(new Variables(properties));
      all.add(new MapELResolver(true));
      this.resolver = all;
    }

    @Override
    public ELResolver getELResolver() {
      return resolver;
    }

    @Override
    public FunctionMapper getFunctionMapper() {
      return new FunctionMapper() {
        @Override
        public Method resolveFunction(String prefix, String name) {
          Method method = FUNCTIONS.get((prefix == null ? "" : prefix) + ":" + name);
          if (method == null) {
            throw new ELException(
                "the function '%s' is not there, expected one of %s"
                    .formatted(
                        prefix == null || prefix.isEmpty() ? name : prefix + ":" + name,
                        FUNCTIONS.keySet().stream()
                            .map(known -> known.startsWith(":") ? known.substring(1) : known)
                            .sorted()
                            .toList()));
          }
          return method;
        }
      };
    }

    @Override
    public VariableMapper getVariableMapper() {
      return null;
    }
  }

  /** Properties, and the sizes that Oozie names. */
  private static final class Variables extends ELResolver {
    private static final Map<String, Long> SIZES =
        Map.of("KB", 1L << 10, "MB", 1L << 20, "GB", 1L << 30, "TB", 1L << 40, "PB", 1L << 50);

    private final Map<String, String> properties;

    Variables(Map<String, String> properties) {
      this.properties = properties;
    }

    @Override
    public Object getValue(ELContext context, Object base, Object property) {
      if (base != null) {
        return null;
      }
      context.setPropertyResolved(true);
      String name = property.toString();
      if (properties.containsKey(name)) {
        return properties.get(name);
      } else if (SIZES.containsKey(name)) {
        return SIZES.get(name);
      }
      throw new PropertyNotFoundException("the property '" + name + "' is not set");
    }

    @Override
    public Class<?> getType(ELContext context, Object base, Object property) {
      return null;
    }

    @Override
    public void setValue(ELContext context, Object base, Object property, Object value) {
      throw new ELException("properties cannot be changed");
    }

    @Override
    public boolean isReadOnly(ELContext context, Object base, Object property) {
      return true;
    }

    @Override
    public Class<?> getCommonPropertyType(ELContext context, Object base) {
      return Object.class;
    }
  }
}
