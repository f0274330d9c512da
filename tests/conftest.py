"""What all tests share: their order, and the real reports beside the checkout, where they are there."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The slow ones first: begun last, one would keep the whole suite waiting. `--dist worksteal` gives each worker a stretch of
    the list, so that they open every stretch.
    """
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    slow = [item for item in items if item.get_closest_marker("slow")]
    others = [item for item in items if not item.get_closest_marker("slow")]
    left = len(items)
    items.clear()
    for worker in range(workers):
        stretch, own = left // (workers - worker), slow[worker::workers]
        items += [*own, *others[: max(0, stretch - len(own))]]
        del others[: max(0, stretch - len(own))]
        left -= stretch
    items += others


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real reports, gold facts and the scoring tool; without it the test says that it was left out."""
    if not (SHARED / "reports").is_dir():
        pytest.skip("left out: no ../shared/reports beside the checkout (real reports and their gold)")
    return SHARED
