package io.anabranch.serving.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anabranch.serving.RestClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.Select;
import tools.jackson.databind.JsonNode;

/**
 * The page of a serving layer in a real browser (Debian's chromium, headless). Everything is
 * checked against REST at the same address, so it can be pointed to any serving layer.
 */
public final class PageCheck implements AutoCloseable {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String WATCH =
      "window.refused = []; document.addEventListener('securitypolicyviolation', e =>"
          + " window.refused.push(e.violatedDirective + ' ' + e.blockedURI));";
  private static final String DRAWN =
      "return [...arguments[0].querySelectorAll('canvas')].reduce((drawn, canvas) => {"
          + " const at = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);"
          + " for (let i = 3; i < at.data.length; i += 4) if (at.data[i] > 0) drawn++;"
          + " return drawn; }, 0)";
  private static final String FOREIGN =
      "return performance.getEntriesByType('resource').map(e => e.name)"
          + ".filter(name => !name.startsWith(location.origin + '/') && !name.startsWith('data:'))";

  private final Path profile;
  private final ChromeDriver browser;
  private final RestClient rest;

  private PageCheck(URI base, Path profile, ChromeDriver browser) {
    this.profile = profile;
    this.browser = browser;
    this.rest = new RestClient(base);
  }

  /** Opens the page and waits until it has read everything once. */
  public static PageCheck open(URI base) {
    if (!Files.isExecutable(CHROMIUM) || !Files.isExecutable(DRIVER)) {
      throw new AssertionError(
          "The page is tested in a real browser: install it with 'apt-get install chromium chromium-driver'");
    }
    Path profile = newProfile();
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(DRIVER.toFile())
            .usingAnyFreePort()
            .build();
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1500,2200",
        "--user-data-dir=" + profile);
    PageCheck page = new PageCheck(base, profile, new ChromeDriver(service, options));
    page.browser.executeCdpCommand(
        "Page.addScriptToEvaluateOnNewDocument", Map.of("source", WATCH));
    page.browser.get(base.toString());
    page.awaitState("ready");
    return page;
  }

  /** Asks again for a while; the page may redraw what is just being read. */
  static ConditionFactory soon() {
    return await().atMost(PATIENCE).ignoreException(StaleElementReferenceException.class);
  }

  private static Path newProfile() {
    try {
      return Files.createTempDirectory("chromium");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the page says that its last reading was {@code ready} or {@code failed}. */
  public void awaitState(String state) {
    soon()
        .untilAsserted(
            () ->
                assertThat(browser.findElement(By.tagName("body")).getDomAttribute("data-state"))
                    .isEqualTo(state));
  }

  /** The views that have a panel, in the order of the page. */
  public List<String> views() {
    return browser.findElements(By.cssSelector(".panel")).stream()
        .map(panel -> panel.getDomAttribute("data-view"))
        .toList();
  }

  /** The views that have cells; a dataset may have no records yet. */
  private List<String> filledViews() {
    List<String> filled =
        views().stream().filter(view -> !cells(view, "by=&grain=all").isEmpty()).toList();
    assertThat(filled).isNotEmpty();
    return filled;
  }

  /** Every chart shows something, every ranking has rows. */
  public void chartsAreDrawn() {
    for (String view : filledViews()) {
      WebElement panel = panel(view);
      long drawn = ((Number) browser.executeScript(DRAWN, panel)).longValue();
      int ranked = panel.findElements(By.cssSelector(".ranking tbody tr")).size();
      assertThat(drawn > 1_000 || ranked > 0).as("the picture of %s", view).isTrue();
    }
  }

  /** Opens the comparison of a dataset's layers; its text, in one line. */
  public String compared(String dataset) {
    browser.executeScript("document.querySelector(arguments[0]).open = true", comparison(dataset));
    soon()
        .until(
            () ->
                !browser
                    .findElements(By.cssSelector(comparison(dataset) + " [data-compared]"))
                    .isEmpty());
    WebElement opened = browser.findElement(By.cssSelector(comparison(dataset)));
    assertThat(((Number) browser.executeScript(DRAWN, opened)).longValue()).isGreaterThan(1_000);
    return opened.getText().replaceAll("\\s+", " ");
  }

  private static String comparison(String dataset) {
    return "#" + dataset + " .comparison";
  }

  /**
   * Opens the runs of a dataset and chooses one; the text, in one line, once its stages are drawn.
   */
  public String runs(String dataset, String run) {
    String section = "#" + dataset + " .runs";
    browser.executeScript("document.querySelector(arguments[0]).open = true", section);
    By button = By.cssSelector("%s [data-run='%s'] button".formatted(section, run));
    soon().until(() -> !browser.findElements(button).isEmpty());
    browser.findElement(button).click();
    WebElement chart = browser.findElement(By.cssSelector(section + " [data-chart=stages]"));
    soon().until(() -> chart.getDomAttribute("aria-label") != null);
    assertThat(((Number) browser.executeScript(DRAWN, chart)).longValue()).isGreaterThan(1_000);
    return browser.findElement(By.cssSelector(section)).getText().replaceAll("\\s+", " ");
  }

  /** Opens the quality of a dataset's records; its text, in one line, once all is drawn. */
  public String quality(String dataset) {
    String section = "#" + dataset + " .quality";
    browser.executeScript("document.querySelector(arguments[0]).open = true", section);
    soon()
        .until(
            () ->
                !browser
                    .findElements(By.cssSelector(section + " [data-chart=histogram]"))
                    .isEmpty());
    for (WebElement chart : browser.findElements(By.cssSelector(section + " [data-chart]"))) {
      assertThat(((Number) browser.executeScript(DRAWN, chart)).longValue())
          .as(chart.getDomAttribute("aria-label"))
          .isGreaterThan(1_000);
    }
    return browser.findElement(By.cssSelector(section)).getText().replaceAll("\\s+", " ");
  }

  /** The numbers that stand in the page as text are those of REST, once nothing is added. */
  public void numbersEqualRest() {
    openTables();
    for (String view : filledViews()) {
      soon().untilAsserted(() -> totalsEqualRest(view));
      soon().untilAsserted(() -> rowsEqualRest(view));
    }
  }

  private void openTables() {
    browser.executeScript("document.querySelectorAll('details').forEach(d => d.open = true)");
  }

  private void totalsEqualRest(String view) {
    JsonNode all = cells(view, "by=&grain=all").get(0);
    for (WebElement total : panel(view).findElements(By.cssSelector("[data-total]"))) {
      String measure = total.getDomAttribute("data-total");
      assertThat(digits(total)).as("%s of %s", measure, view).isEqualTo(text(all, measure));
    }
  }

  /** Compares every table and ranking whose rows are not cut by time. */
  private void rowsEqualRest(String view) {
    List<String> dimensions = new ArrayList<>();
    description(view).get("dimensions").forEach(d -> dimensions.add(d.asString()));
    List<WebElement> rows = panel(view).findElements(By.cssSelector("[data-row]"));
    assertThat(rows).as("rows of %s", view).isNotEmpty();
    String kind = panel(view).getDomAttribute("data-kind");
    if (kind.equals("top")) {
      JsonNode first = cells(view, "grain=all&top=revenue:10").get(0);
      assertThat(digits(rows.get(0).findElement(By.cssSelector("[data-cell=revenue]"))))
          .isEqualTo(text(first, "revenue"));
    } else if (kind.equals("bars")) {
      for (JsonNode row : cells(view, "grain=all")) {
        rowEqualsRest(view, row, dimensions);
      }
    }
  }

  private void rowEqualsRest(String view, JsonNode row, List<String> dimensions) {
    String name =
        String.join(", ", dimensions.stream().map(d -> row.get(d).asString("(none)")).toList());
    for (WebElement shown : panel(view).findElements(By.cssSelector("[data-row]"))) {
      if (name.equals(shown.getDomAttribute("data-row"))) {
        for (WebElement cell : shown.findElements(By.cssSelector("[data-cell]"))) {
          String measure = cell.getDomAttribute("data-cell");
          assertThat(digits(cell)).as("%s of %s", measure, name).isEqualTo(text(row, measure));
        }
        return;
      }
    }
    throw new AssertionError("the page has no row " + name + " of " + view);
  }

  private JsonNode description(String view) {
    return rest.json("/api/v1/views")
        .get("views")
        .valueStream()
        .filter(v -> v.get("view").asString().equals(view))
        .findFirst()
        .orElseThrow();
  }

  private JsonNode cells(String view, String parameters) {
    return rest.json("/api/v1/views/" + view + "/cells?limit=10000&" + parameters).get("rows");
  }

  /** As the page shows it. */
  private static String text(JsonNode row, String measure) {
    return row.get(measure).isNull() ? "–" : row.get(measure).asString();
  }

  /** A total of a view as it stands in the page, without the commas. */
  public String total(String view, String measure) {
    return digits(panel(view).findElement(By.cssSelector("[data-total=" + measure + "]")));
  }

  private static String digits(WebElement element) {
    return element.getText().replace(",", "");
  }

  /** The text of a view's panel. */
  public String panelText(String view) {
    return panel(view).getText();
  }

  private WebElement panel(String view) {
    return browser.findElement(By.cssSelector(".panel[data-view=" + view + "]"));
  }

  /** Chooses a value of a dimension. */
  public void choose(String dataset, String dimension, String value) {
    By select = By.cssSelector("#" + dataset + " select[data-choice=" + dimension + "]");
    soon().untilAsserted(() -> assertThat(browser.findElement(select).isDisplayed()).isTrue());
    new Select(browser.findElement(select)).selectByValue(value);
  }

  /** Nothing was loaded from elsewhere, and the browser had nothing to refuse. */
  public void staysAtItsOrigin() {
    assertThat((List<?>) browser.executeScript(FOREIGN)).isEmpty();
    assertThat((List<?>) browser.executeScript("return window.refused")).isEmpty();
  }

  /** A picture of the page, for people. */
  public void screenshot(Path file) {
    try {
      Files.write(file, browser.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    browser.quit();
    try (Stream<Path> files = Files.walk(profile)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // The browser may still write to its profile as it ends; the folder is a temporary one.
      profile.toFile().deleteOnExit();
    }
  }
}
