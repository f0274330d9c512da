"""A real PostgreSQL server for a test run: its own folder, its own port, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MISSING = "no PostgreSQL server here (on Debian: apt-get install postgresql)"


def binary(name: str) -> str | None:
    """initdb or postgres, from the PATH or where Debian puts them."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(found[-1]) if found else None)


@contextmanager
def running() -> Iterator[str]:
    """Start a server with an empty database and give its address. PostgreSQL refuses root: then another user runs it."""
    initdb, postgres = binary("initdb"), binary("postgres")
    assert initdb, MISSING
    assert postgres, MISSING
    folder = Path(tempfile.mkdtemp(prefix="zhijiao-postgres-"))
    user = _unprivileged()
    if user:
        shutil.chown(folder, user, pwd.getpwnam(user).pw_gid)
    data, port = folder / "data", _free_port()
    options = ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
    try:
        subprocess.run(
            [initdb, "-D", data, "-U", "zhijiao", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            check=True, capture_output=True, user=user, cwd=folder,
        )  # fmt: skip
        with (folder.parent / f"{folder.name}.log").open("wb") as log:
            server = subprocess.Popen(
                [postgres, "-D", data, "-p", str(port), "-k", folder, *options],
                stdout=log, stderr=log, user=user, cwd=folder,
            )  # fmt: skip
        try:
            _wait(port, server)
            yield f"postgresql://zhijiao@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGINT)  # does not wait for who is still connected
            server.wait(timeout=60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        (folder.parent / f"{folder.name}.log").unlink(missing_ok=True)


def _unprivileged() -> str | None:
    if os.getuid() != 0:
        return None
    users = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in users else "nobody"


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    """Until the server answers a connection; it refuses them while it starts up."""
    import pg8000.native as pg

    deadline = time.monotonic() + 60
    while True:
        try:
            pg.Connection("zhijiao", host="127.0.0.1", port=port, database="postgres").close()
            return
        except Exception:
            assert server.poll() is None, "PostgreSQL ended while it started"
            assert time.monotonic() < deadline, "PostgreSQL did not start within a minute"
            time.sleep(0.1)
