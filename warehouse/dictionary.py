"""The data dictionary of a warehouse, written from the comments in it: `python -m warehouse.dictionary WAREHOUSE docs/`.

The comments come from the dbt project: models' descriptions and models/marts/glossary.md. Nothing is described here.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from warehouse.publish import Column, released_tables

_WORDS = {
    "zh": (
        "数据字典",
        "由 `python -m warehouse.dictionary` 依仓库中的注释生成，请勿手改。",
        "列", "名称", "类型", "含义", "主键",
    ),
    "en": (
        "Data dictionary",
        "Made by `python -m warehouse.dictionary` from the comments in the warehouse; not to be edited.",
        "column", "name", "type", "meaning", "Key",
    ),
}  # fmt: skip
_LAYERS = ("dim_", "fct_", "mart_")


def dictionary(connection: duckdb.DuckDBPyConnection, language: str) -> str:
    """The tables of the schema main that have comments, dimensions first, as Markdown in zh or en."""
    title, made, *heads, key = _WORDS[language]
    lines = [f"# {title}", "", made, ""]
    described = [table for table in released_tables(connection) if table.comment]
    for table in sorted(described, key=lambda t: (_layer(t.name), t.name)):
        name, meaning = _in_language(table.comment, language)
        lines += [f"## {table.name} · {name}", "", meaning.split(" Key: ")[0], ""]
        lines += [f"{key}: {', '.join(f'`{column}`' for column in table.key)}", ""]
        lines += ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
        lines += [_line(column, language) for column in table.columns] + [""]
    return "\n".join(lines)


def _layer(table: str) -> int:
    return next((n for n, layer in enumerate(_LAYERS) if table.startswith(layer)), len(_LAYERS))


def _in_language(comment: str | None, language: str) -> tuple[str, str]:
    """Name and meaning in one language: a comment is `中文名 | English name`, the meaning in Chinese, then in English."""
    names, zh, en = (part.strip() for part in (comment or "|\n\n\n\n").split("\n\n", 2))
    name_zh, name_en = (name.strip() for name in names.split("|"))
    return (name_zh, zh) if language == "zh" else (name_en, en)


def _line(column: Column, language: str) -> str:
    name, meaning = _in_language(column.comment, language)
    cells = (f"`{column.name}`", name, column.type.lower(), meaning)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def write(database: Path, folder: Path) -> None:
    """Write dictionary.zh.md and dictionary.en.md below `folder`."""
    with duckdb.connect(str(database), read_only=True) as connection:
        for language in _WORDS:
            text = dictionary(connection, language)
            (folder / f"dictionary.{language}.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
