"""What all tests share: their order, and the real reports beside the checkout, where they are there."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first: begun last, one would keep the whole suite waiting."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real reports, gold facts and the scoring tool; without it the test says that it was left out."""
    if not (SHARED / "reports").is_dir():
        pytest.skip("left out: no ../shared/reports beside the checkout (real reports and their gold)")
    return SHARED
