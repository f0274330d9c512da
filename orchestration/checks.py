"""Every rule of the expectations as an asset check on the table it watches: Dagster shows what the warehouse holds.

dbt's data tests come as checks of their own (dbt.py). The rules are run once, by the asset `expectation_results`; here
their results are only told, with a link to the desk, where what breaks a rule is decided on.
"""

import os
from collections.abc import Iterator, Mapping

import dagster as dg

from expectations import load_suites
from orchestration.assets import EXPECTATIONS, RAW
from orchestration.dbt import star_schema
from orchestration.resources import Settings
from orchestration.state import read_json

_SEVERITY = {
    "blocks": dg.AssetCheckSeverity.ERROR,
    "warns": dg.AssetCheckSeverity.WARN,
    "notes": dg.AssetCheckSeverity.WARN,
}


# Where the desk answers (`zhijiao review serve`), for the links that the checks carry.
DESK = os.environ.get("ZHIJIAO_DESK_URL", "http://127.0.0.1:3200")


def _assets_by_table() -> Mapping[str, dg.AssetKey]:
    """Table name -> the asset that makes it; a rule on anything else is a check on the results themselves."""
    keys = [*RAW.values(), *star_schema.keys]
    return {key.path[-1]: key for key in keys}


def _check_name(rule: str) -> str:
    return rule.replace("-", "_")


def _specs() -> Iterator[dg.AssetCheckSpec]:
    assets = _assets_by_table()
    for suite in load_suites():
        for rule in suite.rules:
            table = suite.table_of(rule).rsplit(".", 1)[-1]
            yield dg.AssetCheckSpec(
                _check_name(rule.id),
                asset=assets.get(table, EXPECTATIONS),
                additional_deps=[EXPECTATIONS],
                description=f"{rule.title.zh} · {rule.title.en}",
            )


@dg.multi_asset_check(specs=list(_specs()), name="expectation_checks", can_subset=True)
def expectation_checks(
    context: dg.AssetCheckExecutionContext, settings: Settings
) -> Iterator[dg.AssetCheckResult]:
    """The results of the last run of the expectations, each on its asset."""
    results = {_check_name(row["rule"]): row for row in read_json(settings.places.expectations)["results"]}
    for key in sorted(context.selected_asset_check_keys):
        row = results[key.name]
        yield dg.AssetCheckResult(
            asset_key=key.asset_key,
            check_name=key.name,
            passed=row["success"],
            severity=_SEVERITY[row["severity"]],
            metadata={
                "message": row["message"],
                "unexpected": row["unexpected"],
                "evaluated": row["evaluated"],
                "desk": dg.MetadataValue.url(f"{DESK}/?rule={row['rule']}"),
            },
        )
