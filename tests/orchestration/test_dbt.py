"""One parse of a dbt project serves every home; what has changed since is parsed anew."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from orchestration.dbt import executable
from orchestration.places import Places

Manifest = dict[str, Any]

SMALL_PROJECT = {
    "dbt_project.yml": "{name: small, profile: small, models: {small: {+materialized: table}}}",
    "profiles.yml": "small: {target: t, outputs: {t: {type: duckdb, schema: main, path: '{{ env_var(\"FILE\") }}'}}}",
    "models/model.sql": "select {{ two() }} as a from {{ ref('seed') }}",
    "models/model.yml": "models: [{name: model, description: \"{{ doc('a') }}\"}]",
    "models/words.md": "{% docs a %}before{% enddocs %}",
    "macros/two.sql": "{% macro two() %}2{% endmacro %}",
    "seeds/seed.csv": "a\n1\n",
}


def test_a_home_takes_up_the_parse_that_is_there(sample_home) -> None:
    target = Places(sample_home.path).dbt_target
    assert (target / "compiled").is_dir()
    assert not (target / "partial_parse.msgpack").exists(), "dbt leaves one where it had to parse anything"


def parse(project: Path, home: Path, *options: str | Path) -> Manifest:
    """What dbt makes of the project in this home."""
    where = ["--project-dir", project, "--profiles-dir", project, "--target-path", home, "--log-path", home]
    work_file = {"FILE": str(home / "warehouse.duckdb")}
    subprocess.run(
        [executable(), "--quiet", "parse", *where, *options], env=os.environ | work_file, check=True
    )
    return json.loads((home / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def parsed(tmp_path_factory) -> tuple[Path, Path, Manifest]:
    """A small project, the home that it was parsed in, and its manifest."""
    project = tmp_path_factory.mktemp("project")
    for name, text in SMALL_PROJECT.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    home = tmp_path_factory.mktemp("home")
    return project, home, parse(project, home)


@pytest.mark.parametrize(
    "changes",
    [
        {
            "models/model.sql": ("as a", "as b"),
            "models/words.md": ("before", "after"),
            "macros/two.sql": ("2{%", "3{%"),
            "seeds/seed.csv": ("1", "2"),
        },
        {"dbt_project.yml": ("table", "view")},
        {"profiles.yml": ("main", "other")},
    ],
    ids=["files", "project", "profile"],
)
def test_what_has_changed_is_parsed_anew(parsed, tmp_path, changes: dict[str, tuple[str, str]]) -> None:
    project, home, first = parsed
    changed = shutil.copytree(project, tmp_path / "project")
    for file, (before, after) in changes.items():
        text = (changed / file).read_text(encoding="utf-8")
        (changed / file).write_text(text.replace(before, after), encoding="utf-8")
    second = parse(changed, tmp_path / "home", "--partial-parse-file-path", home / "partial_parse.msgpack")
    assert {file for file, told in told_of(second).items() if told != told_of(first)[file]} == changes.keys()


def told_of(manifest: Manifest) -> dict[str, Any]:
    """Something of each file that the manifest would not hold without it."""
    model, seed = (manifest["nodes"][name] for name in ("model.small.model", "seed.small.seed"))
    return {
        "models/model.sql": model["raw_code"],
        "models/words.md": model["description"],
        "macros/two.sql": manifest["macros"]["macro.small.two"]["macro_sql"],
        "seeds/seed.csv": seed["checksum"],
        "dbt_project.yml": model["config"]["materialized"],
        "profiles.yml": model["schema"],
    }
