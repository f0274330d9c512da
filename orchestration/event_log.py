"""Dagster's event log on SQLite, as quick as SQLite is.

Dagster opens the log anew for each of a refresh's two thousand events. Closing the only connection folds SQLite's
write-ahead log back into the file and makes the disk confirm it, several times an event: half the time of a build, and
more where the disk is slow. One connection that stays open leaves that to the end, and `synchronous = NORMAL` asks the disk
no sooner; of both SQLite's manual (https://sqlite.org/pragma.html#pragma_synchronous) says that a file in WAL mode stays
whole even where the power fails, and loses its last events at most.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from typing import Any

from sqlalchemy import Engine, event

_MOST = 8  # files: two of the last run, and those of Dagster's runs and schedules
_open: OrderedDict[str, sqlite3.Connection] = OrderedDict()


def keep_open() -> None:
    """From now on keep one connection to each SQLite file that this process opens through SQLAlchemy: Dagster's."""
    if not event.contains(Engine, "connect", _on_connect):
        event.listen(Engine, "connect", _on_connect)


def _on_connect(connection: Any, _: object) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.execute("PRAGMA synchronous = NORMAL")
    file = connection.execute("PRAGMA database_list").fetchone()[2]
    if not file:
        return  # in memory
    if file not in _open:
        _open[file] = sqlite3.connect(file, check_same_thread=False)
        if len(_open) > _MOST:
            _open.popitem(last=False)[1].close()
    _open.move_to_end(file)
    _open[file].execute(
        "PRAGMA user_version"
    ).fetchone()  # only who has read in WAL mode counts as having it open
