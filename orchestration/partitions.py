"""Partitions: what lands by source, so that one district can be run again by itself; seasons, to read one again.

The keys are dynamic: a source is a YAML file, and adding one adds its partition; a season is there once a report of it
is. All sources run in one Dagster run and one step, because a step costs seconds and a source without news costs one
request. Nothing behind the landing zone is partitioned: a file is read once, whatever its season, and the warehouse is one
file that is released whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import dagster as dg
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
)

from orchestration.operations import season_of
from scrapers.records import LandedFile

SOURCES = dg.DynamicPartitionsDefinition(name="sources")
SEASONS = dg.DynamicPartitionsDefinition(name="seasons")


def register(instance: dg.DagsterInstance, sources: Iterable[str]) -> dict[str, str]:
    """Add partitions for sources not seen before; the tags of a run over all of them.

    A run over a range takes every key in between; the asset leaves out those that its settings do not name.
    """
    instance.add_dynamic_partitions(str(SOURCES.name), sorted(sources))
    keys = instance.get_dynamic_partitions(str(SOURCES.name))
    return {ASSET_PARTITION_RANGE_START_TAG: keys[0], ASSET_PARTITION_RANGE_END_TAG: keys[-1]} if keys else {}


def register_seasons(instance: dg.DagsterInstance, files: Iterable[LandedFile]) -> None:
    """Add partitions for the seasons of landed files."""
    instance.add_dynamic_partitions(str(SEASONS.name), sorted({season_of_file(file) for file in files}))


def season_of_file(file: LandedFile) -> str:
    """The season in which a file was published, or fetched where its page gives no date."""
    return str(season_of(date.fromisoformat((file.published_on or file.fetched_at)[:10])))
