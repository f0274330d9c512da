"""Connections that lead to the open Internet only: a name is looked up once, checked, and asked at that very address.

A redirect or a name that resolves to a private address cannot make the crawler ask a machine of our own network.
"""

from __future__ import annotations

import socket
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from scrapers.addresses import is_public


class PrivateAddressError(Exception):
    """A host's address is not one of the open Internet."""


class _Guarded(HTTPConnection):
    """Looks its host up, refuses what is not public, and connects to the address that was checked."""

    loopback = False

    def _new_conn(self) -> socket.socket:
        name = self._dns_host
        addresses = self._checked(name)
        try:
            for address in addresses[:-1]:
                try:
                    self._dns_host = address
                    return super()._new_conn()
                except (OSError, HTTPError):
                    continue
            self._dns_host = addresses[-1]
            return super()._new_conn()
        finally:
            self._dns_host = name

    def _checked(self, name: str) -> list[str]:
        """The addresses of a host. A name that cannot be looked up is left to urllib3, which says so."""
        try:
            found = socket.getaddrinfo(name.strip("[]"), self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return [name]
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        for address in addresses:
            if not is_public(address, self.loopback):
                raise PrivateAddressError(f"{name} is {address}, no address of the open Internet")
        return addresses


class GuardedAdapter(HTTPAdapter):
    """Requests' transport over guarded connections. Through a proxy the proxy looks names up, and is trusted to."""

    def __init__(self, loopback: bool = False) -> None:
        self._pools = _pools(loopback)
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Requests calls this to make its pools."""
        super().init_poolmanager(*args, **kwargs)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = self._pools


def _pools(loopback: bool) -> dict[str, type[HTTPConnectionPool]]:
    """urllib3 makes its connections by class: one set of classes that may ask this machine, one that may not."""
    plain = type("GuardedHTTP", (_Guarded,), {"loopback": loopback})
    tls = type("GuardedHTTPS", (_Guarded, HTTPSConnection), {"loopback": loopback})
    return {
        "http": type("GuardedHTTPPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("GuardedHTTPSPool", (HTTPSConnectionPool,), {"ConnectionCls": tls}),
    }
