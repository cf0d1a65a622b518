"""The rules as Great Expectations runs them, and the same rules as conditions that one SQL pass can evaluate.

Importing this module imports Great Expectations, which takes seconds: only the inspect task and tests do.
"""

import os
from typing import Any, ClassVar

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

import great_expectations as gx
import sqlalchemy as sa
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import ColumnMapExpectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.metadata_types import FailureSeverity
from great_expectations.expectations.metrics import ColumnMapMetricProvider
from great_expectations.expectations.metrics.map_metric_provider import column_condition_partial
from great_expectations.validator.metric_configuration import MetricConfiguration
from great_expectations.validator.metrics_calculator import MetricsCalculator
from sqlalchemy.dialects import postgresql

from govservice import warehouse
from govservice.inspecting.suites import Rule, SuiteError

# Expectation types whose counts were seen to carry no values under RESULT_FORMAT; any other is refused by name.
ALLOWED_TYPES = {
    "expect_column_values_to_not_be_null": "column_values.nonnull",
    "expect_column_values_to_be_in_set": "column_values.in_set",
    "expect_column_values_to_satisfy_condition": "column_values.satisfy_condition",
}
# Counts only: no failing value may reach a result, a log or a page.
RESULT_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 0, "exclude_unexpected_values": True}


class ColumnValuesSatisfyCondition(ColumnMapMetricProvider):
    """Rows for which a SQL condition over the view's columns is not false; a NULL condition passes."""

    condition_metric_name = "column_values.satisfy_condition"
    condition_value_keys = ("condition",)
    filter_column_isnull = False

    @column_condition_partial(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(cls, column: sa.ColumnElement[Any], condition: str, **_: Any) -> sa.ColumnElement[bool]:  # noqa: N805
        return sa.func.coalesce(sa.literal_column(f"({condition})", sa.Boolean), sa.true())


class ExpectColumnValuesToSatisfyCondition(ColumnMapExpectation):
    """Expect a SQL condition over the columns of the view to hold; `column` is the one to be mended where it does not."""

    condition: str

    map_metric: ClassVar[str] = "column_values.satisfy_condition"
    success_keys: ClassVar[tuple[str, ...]] = ("condition", "mostly")
    args_keys: ClassVar[tuple[str, ...]] = ("column", "condition")

    # Left to itself the library writes out the whole expectation for each argument that it looks up: a third of the time that
    # a suite takes. An argument is a field.
    def _get_success_kwarg(self, key: str, default: Any = None) -> Any:
        return getattr(self, key, default)

    def _get_domain_kwargs(self) -> dict[str, Any]:
        return {key: getattr(self, key) for key in self.domain_keys}

    def _get_success_kwargs(self) -> dict[str, Any]:
        return {key: getattr(self, key) for key in (*self.success_keys, *self.domain_keys)}

    def _validate(
        self, metrics: dict[str, Any], runtime_configuration: dict[str, Any] | None = None, execution_engine: Any = None
    ) -> Any:
        # The condition is asked of every row. Left to itself the library takes rows whose column is empty out of the
        # total but not out of the failures, and refuses a result of more than 100 %.
        every_row = {**metrics, "column_values.nonnull.unexpected_count": 0}
        return super()._validate(every_row, runtime_configuration, execution_engine)


def source_of(url: str) -> Any:
    """The warehouse as a Great Expectations data source that reads views as they are, without temporary tables.

    Args:
        url: SQLAlchemy URL of the warehouse, driver psycopg2.
    """
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    source = context.data_sources.add_postgres("warehouse", connection_string=url, create_temp_table=False)
    libpq = url.replace("+psycopg2", "", 1)
    # The same connections as everywhere: watched, and logged by setting.
    sa.event.listen(source.get_engine(), "do_connect", lambda *_: warehouse.connect(libpq, "great expectations"))
    return source


def whole_view(source: Any, view: str) -> Any:
    """All rows of one view of schema quality as a batch."""
    asset = source.add_table_asset(view, table_name=view, schema_name="quality")
    return asset.add_batch_definition_whole_table("whole").get_batch()


def expectation_suite(name: str, rules: tuple[Rule, ...]) -> Any:
    """The rules as a Great Expectations suite.

    Raises:
        SuiteError: the suite is empty, a rule's type is not allowed, or Great Expectations dropped a rule while loading.
    """
    if not rules:
        raise SuiteError(f"规则集 {name} 是空的；空的规则等于全部放行，不能使用")
    for rule in rules:
        refuse_unknown(rule)
    suite = gx.ExpectationSuite(
        name=name, expectations=[_expectation(number, rule) for number, rule in enumerate(rules)]
    )
    kept = {(expectation.meta or {}).get("number") for expectation in suite.expectations}
    lost = [f"{rule.rule_id} {rule.column}" for number, rule in enumerate(rules) if number not in kept]
    if lost:
        raise SuiteError(f"规则集 {name} 载入后少了 {len(lost)} 条：{'、'.join(lost)}")
    return suite


def refuse_unknown(rule: Rule) -> None:
    """Raise SuiteError unless the rule can be both validated and compiled."""
    if rule.type not in ALLOWED_TYPES:
        raise SuiteError(
            f"规则 {rule.rule_id}（{rule.feed}.{rule.column}）：不支持 {rule.type}，可用 {'、'.join(ALLOWED_TYPES)}"
        )
    for key in ("mostly", "row_condition"):
        if key in rule.kwargs:
            raise SuiteError(f"规则 {rule.rule_id}（{rule.feed}.{rule.column}）：不支持 {key}，把条件写进 condition")


def _expectation(number: int, rule: Rule) -> Any:
    configuration = ExpectationConfiguration(
        type=rule.type,
        kwargs=rule.kwargs,
        severity=FailureSeverity(rule.severity),
        description=rule.description,
        meta={"number": number, "rule_id": rule.rule_id, "dimension": rule.dimension, "basis": rule.basis},
    )
    try:
        return configuration.to_domain_obj()
    except ValueError as error:
        reason = str(error).splitlines()[-1].strip()
        raise SuiteError(f"规则 {rule.rule_id}（{rule.feed}.{rule.column}）的参数不对：{reason}") from None


def failed_counts(batch: Any, suite: Any) -> tuple[int, list[int]]:
    """Validate the suite and return the rows seen and the rows failing each rule, in the order of the rules.

    Raises:
        SuiteError: Great Expectations could not evaluate a rule, for example because a column is missing.
    """
    outcome = batch.validate(suite, result_format=RESULT_FORMAT)
    failed: dict[int, int] = {}
    rows = 0
    for result in outcome.results:
        config = result.expectation_config
        if result.exception_info.get("raised_exception", "exception_message" in str(result.exception_info)):
            raise SuiteError(
                f"规则 {config.meta['rule_id']}（{config.kwargs.get('column')}）没能执行：列不存在或条件写错"
            )
        # Great Expectations says None where there was no row to look at.
        failed[config.meta["number"]] = result.result["unexpected_count"] or 0
        rows = max(rows, result.result["element_count"])
    return rows, [failed[number] for number in range(len(suite.expectations))]


def failing_conditions(source: Any, view: str, rules: tuple[Rule, ...]) -> list[str]:
    """For each rule the SQL condition, over the view's columns, that is true of exactly the rows that fail it.

    The condition is the one that Great Expectations itself evaluates for the rule's metric. It is taken from an empty
    excerpt of the view, because the library counts the rows of its batch for every metric it is asked for.

    Raises:
        SuiteError: a rule is of a type that cannot be compiled, or speaks of a column that the view does not have.
    """
    asset = source.add_query_asset(f"{view} columns", query=f"SELECT * FROM quality.{view} WHERE false")  # noqa: S608
    batch = asset.add_batch_definition_whole_table("none").get_batch()
    engine = source.get_execution_engine()
    engine.load_batch_data(batch.id, batch.data)
    calculator = MetricsCalculator(execution_engine=engine)
    columns = calculator.get_metric(MetricConfiguration("table.columns", metric_domain_kwargs={}))
    metrics = []
    for rule in rules:
        refuse_unknown(rule)
        if rule.column not in columns:
            raise SuiteError(f"规则 {rule.rule_id}：质检视图 {view} 没有列 {rule.column}")
        metrics.append(
            MetricConfiguration(
                f"{ALLOWED_TYPES[rule.type]}.condition",
                metric_domain_kwargs={"column": rule.column},
                metric_value_kwargs={key: value for key, value in rule.kwargs.items() if key != "column"} or None,
            )
        )
    # asked for together: one by one, the library would build a graph for each
    found, _ = calculator.compute_metrics(metrics)
    return [_text(found[metric.id][0]) for metric in metrics]


def _text(condition: sa.ColumnElement[bool]) -> str:
    return str(condition.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))
