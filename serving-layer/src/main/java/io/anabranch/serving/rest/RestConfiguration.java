package io.anabranch.serving.rest;

import io.anabranch.schemas.Datasets;
import io.anabranch.serving.ServingSettings;
import io.anabranch.serving.Sources;
import io.anabranch.serving.StoreCalls;
import io.anabranch.serving.cells.CellReader;
import io.anabranch.serving.cells.Pages;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** What stands behind REST. It expects {@link Sources} and {@link ServingSettings} as beans. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ViewsController.class, ProblemAdvice.class})
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
}
