"""Small JSON files that carry a run from step to step, written so that a kill leaves the old file or the new one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def write_json(path: Path, content: Any) -> None:
    """Write JSON by an atomic rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text(json.dumps(content, ensure_ascii=False, default=str), encoding="utf-8")
    partial.replace(path)


def read_json(path: Path) -> Any:
    """What the file holds; None where there is no file yet."""
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
