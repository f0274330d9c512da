"""Code for a site that no list of ours can describe: one module a shape of site, named by `hook:` in a source's YAML.

A hook has one function, `read_list(data: bytes, url: str) -> ListPage`: what a list answers, as links and, for its first
page, all further ones.
It is not asked to fetch, to judge or to land anything.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapers.lists import ListPage


def names() -> tuple[str, ...]:
    """The hooks there are."""
    return tuple(module.name for module in pkgutil.iter_modules(__path__))


def list_reader(name: str) -> Callable[[bytes, str], ListPage]:
    """The function of a hook. Raises ImportError or AttributeError where there is none."""
    reader: Callable[[bytes, str], ListPage] = importlib.import_module(f"{__name__}.{name}").read_list
    return reader
