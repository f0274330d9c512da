"""Dagster's event log as quick as its database is: Dagster opens it anew for each of a refresh's two thousand events.

On SQLite, closing the only connection folds SQLite's
write-ahead log back into the file and makes the disk confirm it, several times an event: half the time of a build, and
more where the disk is slow. One connection that stays open leaves that to the end, and `synchronous = NORMAL` asks the disk
no sooner; of both SQLite's manual (https://sqlite.org/pragma.html#pragma_synchronous) says that a file in WAL mode stays
whole even where the power fails, and loses its last events at most.

On PostgreSQL each opening is a process that the server starts: a third of a refresh. Dagster keeps a connection open in its
webserver, and has a method for that.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from typing import Any

import dagster as dg
from sqlalchemy import Engine, event

_MOST = 8  # files: two of the last run, and those of Dagster's runs and schedules
_LONGEST_STATEMENT, _RENEWED_AFTER, _MORE_AT_ONCE = 60_000, 3600, 20  # milliseconds, seconds, connections
_open: OrderedDict[str, sqlite3.Connection] = OrderedDict()


def keep_open() -> None:
    """From now on keep one connection to each SQLite file that this process opens through SQLAlchemy: Dagster's."""
    if not event.contains(Engine, "connect", _on_connect):
        event.listen(Engine, "connect", _on_connect)


def keep_connected(instance: dg.DagsterInstance) -> None:
    """From now on keep one connection open to each of the instance's storages, where those are on PostgreSQL."""
    instance.optimize_for_webserver(
        statement_timeout=_LONGEST_STATEMENT, pool_recycle=_RENEWED_AFTER, max_overflow=_MORE_AT_ONCE
    )


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
