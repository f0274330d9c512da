"""The one place that knows Great Expectations: rules become expectations, a dataframe is validated, outcomes come back.

Great Expectations is imported when a Validator is made, since that takes seconds. Its contexts are ephemeral: they leave
no files, ask nothing of the network and send no statistics.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from string import Template
from typing import Any

import pandas as pd

from expectations.records import Severity
from expectations.rules import Rule, RuleError, Suite

GX_SEVERITY: dict[Severity, str] = {"blocks": "critical", "warns": "warning", "notes": "info"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What Great Expectations says of one rule on one dataframe.

    `evaluated` counts the rows looked at; `unexpected` are the positions of those that break the rule. A rule on the
    table as a whole has an `observed` value and no rows. `error` says why a rule could not be evaluated.
    """

    rule: Rule
    success: bool
    evaluated: int
    unexpected: tuple[int, ...]
    observed: str | None
    error: str | None


def joined(pieces: Sequence[Outcome], size: int) -> Outcome:
    """The outcome of a rule on rows, of those on the pieces of that size that its table was looked at in."""
    return replace(
        pieces[0],
        success=all(piece.success for piece in pieces),
        evaluated=sum(piece.evaluated for piece in pieces),
        unexpected=tuple(n * size + row for n, piece in enumerate(pieces) for row in piece.unexpected),
        error=next((piece.error for piece in pieces if piece.error), None),
    )


class Validator:
    """The rules of all suites as expectations, and their validation.

    Raises RuleError for an expectation that Great Expectations does not have and for arguments that it does not take.
    """

    def __init__(self, suites: Iterable[Suite]) -> None:
        self._context = _quiet_context()
        asset = self._context.data_sources.add_pandas("warehouse").add_dataframe_asset("rows")
        self._frames = asset.add_batch_definition_whole_dataframe("rows")
        self._expectations = {rule.id: _expectation(rule, suite) for suite in suites for rule in suite.rules}

    def validate(self, frame: pd.DataFrame, rule: Rule) -> Outcome:
        """Validate a dataframe with the index 0, 1, 2 … against a rule."""
        batch = self._frames.get_batch({"dataframe": frame})
        result = batch.validate(self._expectations[rule.id], result_format={"result_format": "COMPLETE"})
        return _outcome(rule, result, len(frame))


def wording(rule: Rule) -> str:
    """The rule in the words of Great Expectations: `bytes values must be greater than or equal to 1.`"""
    return _wording(rule.expect, json.dumps(rule.arguments))


@cache  # finding the words takes half as long as validating, and they are the same in every run
def _wording(expect: str, arguments: str) -> str:
    from great_expectations.expectations.registry import get_expectation_impl
    from great_expectations.render.renderer.inline_renderer import InlineRenderer

    expectation: Any = get_expectation_impl(expect)(**json.loads(arguments))
    content = InlineRenderer(render_object=expectation.configuration).get_rendered_content()
    value: Any = content[0].to_json_dict()["value"]
    parameters = {name: parameter["value"] for name, parameter in (value.get("params") or {}).items()}
    return Template(value["template"]).safe_substitute(parameters)


def _quiet_context() -> Any:
    """An ephemeral context without statistics, docs, progress bars and log lines (errors come back in the results)."""
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
    import great_expectations
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    return great_expectations.get_context(mode="ephemeral", project_config=config)


def _expectation(rule: Rule, suite: Suite) -> Any:
    from great_expectations.exceptions.exceptions import ExpectationNotFoundError
    from great_expectations.expectations.registry import get_expectation_impl

    where = f"{suite.file.name}, rule {rule.id}"
    try:
        expectation: Any = get_expectation_impl(rule.expect)
        return expectation(**rule.arguments, severity=GX_SEVERITY[rule.severity], meta={"rule": rule.id})
    except ExpectationNotFoundError as error:
        raise RuleError(f"{where}: Great Expectations has no {rule.expect}") from error
    except ValueError as error:  # pydantic's ValidationError is one
        reason = " ".join(str(error).split())
        raise RuleError(f"{where}: {rule.expect} does not take {rule.arguments}: {reason}") from error


def _outcome(rule: Rule, result: Any, rows: int) -> Outcome:
    values = result.result
    if not values:
        return Outcome(rule, False, 0, (), None, _error_of(result))
    observed = values.get("observed_value")
    return Outcome(
        rule=rule,
        success=bool(result.success),
        evaluated=int(values.get("element_count", rows)),
        unexpected=tuple(int(position) for position in values.get("unexpected_index_list") or ()),
        observed=None if observed is None else str(observed),
        error=None,
    )


def _error_of(result: Any) -> str:
    """The message of the exception that an expectation raised; they are nested by metric."""
    info = result.exception_info or {}
    messages = [info.get("exception_message")] if "exception_message" in info else []
    messages += [nested.get("exception_message") for nested in info.values() if isinstance(nested, dict)]
    return "; ".join(dict.fromkeys(str(message) for message in messages if message)) or "no reason given"
