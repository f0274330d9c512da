"""dbt on a tether: it ends when the process that started it is gone, however that ended.

A run that is killed cannot end its dbt; left alone, that would go on writing into the work file that the next run makes.
"""

from __future__ import annotations

import os
import threading
import time

_LOOKS_EVERY = 0.2  # seconds


def dbt() -> None:
    """The command `zhijiao-dbt`: dbt's own command line."""
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    from dbt.cli.main import cli

    cli()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOKS_EVERY)
    os._exit(1)  # at once: nothing is left that would want what it has built
