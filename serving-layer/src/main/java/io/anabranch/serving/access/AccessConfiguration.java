package io.anabranch.serving.access;

import io.anabranch.runtime.UsersFile.Role;
import io.anabranch.serving.Sources;
import jakarta.servlet.DispatcherType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;

/**
 * Which role each route needs: reading that of a viewer, running what is set up that of an
 * operator, and whatever is not named here that of an admin.
 */
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
public class AccessConfiguration {
  private static final String[] OF_OPERATORS = {
    "/api/v1/runs",
    "/api/v1/runs/*/cancel",
    "/api/v1/runs/*/rerun",
    "/api/v1/jobs",
    "/api/v1/schedules/*/backfill",
    "/api/v1/schedules/*/pause",
    "/api/v1/schedules/*/resume",
    "/api/v1/datasets/*/verify",
    "/api/v1/views/*/verify"
  };

  /** Questions that are too long for an address. */
  private static final String[] OF_VIEWERS = {"/api/v1/sql", "/api/v1/avatica"};

  @Bean
  Access access(Sources sources) {
    return new Access(sources.users());
  }

  /** Requests of other sites are refused by SameOriginFilter, so that no token against them is. */
  @Bean
  SecurityFilterChain routes(HttpSecurity http, Access access) throws Exception {
    Refusals refusals = new Refusals(access);
    return http.csrf(AbstractHttpConfigurer::disable)
        .headers(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .httpBasic(basic -> basic.authenticationEntryPoint(refusals))
        .exceptionHandling(
            errors -> errors.authenticationEntryPoint(refusals).accessDeniedHandler(refusals))
        .authorizeHttpRequests(
            routes ->
                routes
                    // the request itself was allowed
                    .dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR)
                    .permitAll()
                    .requestMatchers(HttpMethod.GET, "/health")
                    .permitAll()
                    .requestMatchers(HttpMethod.GET, "/**")
                    .access(needs(Role.VIEWER, access))
                    .requestMatchers(HttpMethod.HEAD, "/**")
                    .access(needs(Role.VIEWER, access))
                    .requestMatchers(HttpMethod.POST, OF_VIEWERS)
                    .access(needs(Role.VIEWER, access))
                    .requestMatchers(HttpMethod.POST, OF_OPERATORS)
                    .access(needs(Role.OPERATOR, access))
                    .anyRequest()
                    .access(needs(Role.ADMIN, access)))
        .build();
  }

  private static AuthorizationManager<RequestAuthorizationContext> needs(Role role, Access access) {
    return (somebody, request) -> new Needed(role, access.has(somebody.get(), role));
  }
}
