"""A tether: a process ends when the one that started it is gone, however that ended.

A run that is killed cannot end its dbt; left alone, that would go on writing into the work file that the next run makes.
"""

from __future__ import annotations

import os
import threading
import time

_LOOKS_EVERY = 0.2  # seconds


def end_with_parent() -> None:
    """From now on this process ends with its parent."""
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOKS_EVERY)
    os._exit(1)  # at once: nothing is left that would want what it has built
