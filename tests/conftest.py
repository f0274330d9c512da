"""What all tests share: the real reports beside the checkout, where they are there."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real reports, gold facts and the scoring tool; without it the test says that it was left out."""
    if not (SHARED / "reports").is_dir():
        pytest.skip("left out: no ../shared/reports beside the checkout (real reports and their gold)")
    return SHARED
