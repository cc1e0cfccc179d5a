package io.anabranch.serving.rest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.anabranch.schemas.Datasets;
import io.anabranch.serving.ServingSettings;
import io.anabranch.serving.Sources;
import io.anabranch.serving.StoreCalls;
import io.anabranch.serving.access.AccessConfiguration;
import io.anabranch.serving.cells.CellReader;
import io.anabranch.serving.cells.Pages;
import io.anabranch.serving.sql.MergedSql;
import io.anabranch.serving.verify.Verifications;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** What stands behind REST. It expects {@link Sources} and {@link ServingSettings} as beans. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({
  AccessConfiguration.class,
  ViewsController.class,
  DatasetsController.class,
  QualityController.class,
  RegionsController.class,
  RunsController.class,
  SchedulesController.class,
  SqlController.class,
  JobAliases.class,
  HealthController.class,
  ProblemAdvice.class
})
public class RestConfiguration {
  @Bean
  Datasets datasets(Sources sources) {
    return sources.datasets();
  }

  @Bean
  StoreCalls storeCalls(ServingSettings settings) {
    return new StoreCalls(settings.readTimeout());
  }

  @Bean
  CellReader cellReader(Sources sources, StoreCalls calls, ServingSettings settings) {
    return new CellReader(sources, calls, settings);
  }

  @Bean
  Pages pages(ServingSettings settings) {
    return new Pages(settings);
  }

  @Bean
  MergedSql mergedSql(Sources sources, CellReader reader, ServingSettings settings) {
    return new MergedSql(sources.datasets(), reader, settings, sources.clock());
  }

  @Bean
  Verifications verifications(Sources sources, ServingSettings settings) {
    return new Verifications(sources, settings.maxRows());
  }

  @Bean
  SameOriginFilter sameOriginFilter(@Value("${server.address}") String host) {
    return new SameOriginFilter(host);
  }

  @Bean
  OpenAPI openApi() {
    return new OpenAPI()
        .info(
            new Info()
                .title("Anabranch")
                .version("v1")
                .description(
                    "Merged cells of the batch and the speed layer, with their provenance"));
  }

  /** The names in OpenAPI are those of the JSON. */
  @Bean
  ModelResolver modelResolver() {
    return new ModelResolver(
        new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE));
  }
}
