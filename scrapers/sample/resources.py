"""What an address of the sample site answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Resource:
    """One address's answer: at once and with status 200, unless it says otherwise.

    `cut` breaks off in the middle of the body. `first` are the answers to the first requests, this one the answer to all
    that follow.
    """

    body: bytes
    content_type: str
    headers: Mapping[str, str]
    status: int = 200
    delay: float = 0.0
    cut: bool = False
    first: tuple[Resource, ...] = ()
