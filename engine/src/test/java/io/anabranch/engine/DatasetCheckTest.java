package io.anabranch.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.runtime.Problem;
import io.anabranch.schemas.Dataset;
import io.anabranch.schemas.Dataset.CleanRule;
import io.anabranch.schemas.Dataset.RejectRule;
import io.anabranch.schemas.Datasets;
import io.anabranch.schemas.FieldType;
import io.anabranch.views.EpochStart;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetCheckTest {
  private final Dataset orders = Datasets.load(DatasetPlanTest.SCHEMAS).named("customer_orders");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "quantity + 1 | expected a condition",
        "qantity is null | unknown column 'qantity'",
        "quantity is is null | PARSE_SYNTAX_ERROR",
        "quantity > date '2020-01-01' | DATATYPE_MISMATCH",
        "nosuch(quantity) > 1 | unknown function 'nosuch'",
        "max(quantity) > 1 | needs many records",
        "order_date > now() | 'now' is not allowed",
        "order_date > current_timestamp | unknown column 'current_timestamp'",
        "rand() > 0.5 | 'rand' is not allowed",
        "url_decode(country) = 'x' | 'url_decode' is not allowed",
        "to_number(country, '99') = 1 | 'to_number' is not allowed"
      })
  void refusesARejectRuleThatIsWrong(String when, String problem) {
    assertThatThrownBy(() -> check(new RejectRule(when, "why", "orders.yaml:7:11")))
        .isInstanceOf(Problem.class)
        .hasMessageStartingWith("orders.yaml:7:11: reject: ")
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "reflect('java.lang.System', 'getenv', 'HOME')",
        "java_method('java.lang.System', 'exit', 3)",
        "(select max(value) from text.`/etc/passwd`)",
        "input_file_name()",
        "raise_error('stop')",
        "from_xml(country, 'a int', map('rowValidationXSDPath', '/etc/passwd'))",
        "somewhere.evil(country)",
        "row_number() over (order by age)"
      })
  void refusesWhatReachesBeyondTheRecord(String expression) {
    assertThatThrownBy(() -> check(rule("country", expression))).isInstanceOf(Problem.class);
  }

  @Test
  void namesUnknownListsAndAggregates() {
    assertThatThrownBy(() -> check(rule("country", "canonical(country, 'cities')")))
        .hasMessage(
            "orders.yaml:9:3: country: unknown list 'cities' in canonical(...), expected one of [countries]");
    assertThatThrownBy(() -> check(rule("age", "coalesce(age, profile('mode_of(age)'))")))
        .hasMessageContaining("unknown function 'mode_of'");
    assertThatThrownBy(() -> check(rule("age", "profile(age)")))
        .hasMessageContaining("with the aggregate in quotes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "medain(age) | unknown function 'medain'",
        "median(agee) | unknown column 'agee', expected one of [age,",
        "median(age | PARSE_SYNTAX_ERROR",
        "age | is a value of one record, expected an aggregate such as median(age)",
        "first(country) | 'first' cannot be learned: it may depend on the order of the records",
        "percentile_approx(price, 0.5) | 'percentile_approx' cannot be learned",
        "stddev(age) | expected one of [avg, bool_and,",
        "avg(age / 2) | adds doubles",
        "sum(cast(price as double)) | cast them first",
        "percentile(price, 1.5) | expected a number from 0 to 1",
        "percentile(price, age) | expected a number from 0 to 1",
        "percentile(price) | expected the form percentile(field, 0.95)",
        "percentile(age, array(0.25, 0.75)) | is of type array<double>, expected a single number",
        "median(country) | of values of type string, expected numbers, dates or times",
        "median(distinct price) | expected the form median(field)",
        "mode(country, false) | expected the form mode(field)",
        "avg() | expected a field",
        "avg(age + nosuch) | unknown column 'nosuch'"
      })
  void refusesAProfileThatIsWrong(String learned, String problem) {
    String expression = "coalesce(country, profile('" + learned + "'))";
    assertThatThrownBy(() -> check(rule("country", expression)))
        .isInstanceOf(Problem.class)
        .hasMessageStartingWith("orders.yaml:9:3: country: ")
        .hasMessageContaining(problem);
  }

  @Test
  void onlyCleaningAsksForTheProfile() {
    assertThatThrownBy(
            () -> check(new RejectRule("age > profile('max(age)')", "why", "orders.yaml:7:11")))
        .hasMessage(
            "orders.yaml:7:11: reject: profile(...) is learned from the records that are accepted: only clean rules may ask for it");
  }

  @Test
  void looksUpTheProfileOfTheEpoch() {
    ProfileLookup lookup =
        ProfileLookup.byEpoch(
            List.of(new EpochStart(0, 1, 10, 0), new EpochStart(0, 2, 20, 1)),
            Map.of(1L, Map.of("median(age)", "41.5")));
    assertThat(lookup.value("median(age)", 0, 15)).isNull();
    assertThat(lookup.value("median(age)", 0, 20)).isNull();
    assertThat(lookup.value("median(age)", 0, 21)).isEqualTo("41.5");
    assertThat(lookup.value("median(age)", 1, 21)).isNull();
    assertThat(lookup.value("max(age)", 0, 21)).isNull();
  }

  private static CleanRule rule(String column, String expression) {
    FieldType type =
        column.equals("age") ? new FieldType(FieldType.Kind.INT, 0, 0) : FieldType.STRING;
    return new CleanRule(column, expression, type, "orders.yaml:9:3");
  }

  private void check(RejectRule rule) {
    check(List.of(rule), List.of());
  }

  private void check(CleanRule rule) {
    check(List.of(), List.of(rule));
  }

  private void check(List<RejectRule> reject, List<CleanRule> clean) {
    Dataset changed =
        new Dataset(
            orders.file(),
            orders.name(),
            orders.schema(),
            orders.fields(),
            orders.topic(),
            orders.identity(),
            orders.eventTime(),
            orders.personal(),
            orders.sources(),
            reject,
            clean,
            orders.lists(),
            orders.hive(),
            orders.hbase(),
            orders.master(),
            orders.views(),
            orders.checks(),
            orders.generation());
    DatasetPlan.check(TestSession.get(), changed, DatasetPlanTest.SCHEMAS);
  }
}
