"""Partitions: what lands is partitioned by source, so that one district can be run again by itself.

The keys are dynamic: a source is a YAML file, and adding one adds its partition. All sources run in one Dagster run and
one step, because a step costs seconds and a source without news costs one request.
"""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
)

SOURCES = dg.DynamicPartitionsDefinition(name="sources")


def register(instance: dg.DagsterInstance, sources: Iterable[str]) -> dict[str, str]:
    """Add partitions for sources not seen before; the tags of a run over all of them.

    A run over a range takes every key in between; the asset leaves out those that its settings do not name.
    """
    instance.add_dynamic_partitions(str(SOURCES.name), sorted(sources))
    keys = instance.get_dynamic_partitions(str(SOURCES.name))
    return {ASSET_PARTITION_RANGE_START_TAG: keys[0], ASSET_PARTITION_RANGE_END_TAG: keys[-1]} if keys else {}
