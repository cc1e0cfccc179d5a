package io.anabranch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.TimeZone;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws a compared view: its first measure over time as either layer says it. */
final class CompareChart {
  private static final int WIDTH = 1200;
  private static final int HEIGHT = 500;
  private static final Color BATCH = new Color(0x0b, 0x6e, 0x99);
  private static final Color SPEED = new Color(0xe0, 0x7a, 0x1f);
  private static final Color DIFFERENCE = new Color(0xb0, 0x2a, 0x37);

  private CompareChart() {}

  /** Writes a PNG of 1200 x 500; false if the view has no bucket to draw. */
  static boolean write(JsonNode view, Path file) throws IOException {
    String measure = view.path("buckets").path(0).path("measures").path(0).path("measure").asText();
    List<Date> times = new ArrayList<>();
    List<Double> batch = new ArrayList<>();
    List<Double> speed = new ArrayList<>();
    List<Double> difference = new ArrayList<>();
    for (JsonNode bucket : view.path("buckets")) {
      JsonNode value = bucket.path("measures").path(0);
      times.add(Date.from(Instant.parse(bucket.path("bucket").asText())));
      batch.add(number(value.path("batch")));
      speed.add(number(value.path("speed")));
      difference.add(number(value.path("difference")));
    }
    if (times.isEmpty()) {
      return false;
    }
    System.setProperty("java.awt.headless", "true");
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("%s: %s by bucket (UTC)".formatted(view.path("view").asText(), measure))
            .xAxisTitle("bucket")
            .yAxisTitle(measure)
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.InsideNW);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setDatePattern("yyyy-MM-dd HH:mm");
    chart.getStyler().setTimezone(TimeZone.getTimeZone(ZoneOffset.UTC));
    chart
        .getStyler()
        .setSeriesMarkers(new org.knowm.xchart.style.markers.Marker[] {SeriesMarkers.NONE});
    chart.addSeries("batch", times, batch).setLineColor(BATCH).setLineWidth(4);
    chart.addSeries("speed", times, speed).setLineColor(SPEED).setLineWidth(1.5f);
    chart.addSeries("speed - batch", times, difference).setLineColor(DIFFERENCE);
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    chart.paint(graphics, WIDTH, HEIGHT);
    graphics.dispose();
    return ImageIO.write(image, "png", file.toFile());
  }

  /** A missing answer leaves a hole. */
  private static Double number(JsonNode value) {
    return value.isNull() || value.isMissingNode() ? null : Double.valueOf(value.asText());
  }
}
