"""The command `zhijiao-dbt`: dbt's own, on a tether (tether.py) and with one parse of the project for all homes.

dbt parses the project anew wherever what models are shown of the connection is not what it was at the last parse. Path
and settings of DuckDB are shown to them, and differ from home to home and from machine to machine; no model asks for them.
"""

from __future__ import annotations

from orchestration.tether import end_with_parent

_OF_A_HOME = {"path", "settings"}


def main() -> None:
    """dbt's command line."""
    end_with_parent()
    from dbt.adapters.duckdb import Plugin
    from dbt.adapters.duckdb.credentials import DuckDBCredentials
    from dbt.cli.main import cli

    class Anywhere(DuckDBCredentials):
        """The connection as models are shown it."""

        def _connection_keys(self) -> tuple[str, ...]:
            keys: tuple[str, ...] = super()._connection_keys()  # type: ignore[no-untyped-call]
            return tuple(key for key in keys if key not in _OF_A_HOME)

    Plugin.credentials = Anywhere
    cli()
