"""How many processes read at once: as many as processors and memory allow, in a container too."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from extraction.limits import MEMORY
from orchestration import machine


@pytest.mark.parametrize(
    ("processors", "memory", "limits", "expected"),
    [
        (8, 64 * MEMORY, {}, 8),
        (8, 3.5 * MEMORY, {}, 3),
        (8, MEMORY // 2, {}, 1),
        (8, 64 * MEMORY, {"cpu.max": "200000 100000"}, 2),
        (8, 64 * MEMORY, {"cpu.max": "max 100000"}, 8),
        (8, 64 * MEMORY, {"memory.max": f"{5 * MEMORY}", "memory.current": f"{MEMORY}"}, 4),
        (8, 64 * MEMORY, {"memory.max": "max", "memory.current": "1"}, 8),
    ],
)
def test_processes(processors, memory, limits, expected, tmp_path, monkeypatch) -> None:
    for name, text in limits.items():
        (tmp_path / name).write_text(f"{text}\n")
    monkeypatch.setattr(machine, "_CGROUP", tmp_path)
    monkeypatch.setattr(machine.os, "sched_getaffinity", lambda _: set(range(processors)), raising=False)
    monkeypatch.setattr(machine.psutil, "virtual_memory", lambda: SimpleNamespace(available=memory))
    assert machine.processes() == expected
