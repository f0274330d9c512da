"""A real PostgreSQL for one test, thrown away after it: the server's own binaries, never as root."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_NOBODY = "nobody"


def _binary(name: str) -> str:
    found = shutil.which(name) or next(
        iter(sorted(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), reverse=True)), None
    )
    if found is None:
        pytest.skip("left out: no PostgreSQL on this machine (on Debian: apt-get install postgresql)")
    return found


@contextmanager
def postgres() -> Iterator[str]:
    """Its address, with an empty database `zhijiao`. Root starts it as nobody: PostgreSQL refuses to run as root."""
    initdb, server = _binary("initdb"), _binary("postgres")
    user = {"user": _NOBODY, "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="zhijiao-postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if user:
            shutil.chown(folder, _NOBODY)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        data = folder / "data"
        make = [initdb, "-D", data, "-U", "zhijiao", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run(make, check=True, capture_output=True, cwd=folder, **user)
        command = [server, "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder, "-F"]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder, **user
        )
        try:
            yield _when_up(f"postgresql://zhijiao@127.0.0.1:{port}/")
        finally:
            process.send_signal(signal.SIGINT)  # do not wait for who is still connected
            process.wait(30)


def _when_up(address: str) -> str:
    import psycopg2

    until = time.monotonic() + 30
    while True:
        try:
            connection = psycopg2.connect(f"{address}postgres")
            break
        except psycopg2.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
    connection.autocommit = True
    connection.cursor().execute("CREATE DATABASE zhijiao")
    connection.close()
    return f"{address}zhijiao"
