"""The dbt project as Dagster assets: its parse, its command line, its models. Only dbt belongs here."""

import contextlib
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource, dbt_assets
from packaging.version import Version, parse

from orchestration.logs import teller
from orchestration.places import PROJECT, Places
from orchestration.resources import Settings

DBT_PROJECT = PROJECT / "dbt_project"
_TARGET = DBT_PROJECT / "target"
_WATCHED = (".sql", ".yml", ".csv", ".md")


class Dbt(DbtCliResource):
    """dbt's command line. Asking it for its version takes five seconds and the network; the package knows it."""

    @property
    def _cli_version(self) -> Version:
        return parse(version("dbt-core"))


def executable() -> str:
    """The dbt of this environment, whatever the PATH says, as this project starts it (dbt_command.py)."""
    return str(Path(sys.executable).with_name("zhijiao-dbt"))


def project_fingerprint() -> str:
    """A hash of all that dbt reads: models, macros, seeds, the glossary, configuration."""
    digest = hashlib.sha256()
    ignored = {_TARGET, DBT_PROJECT / "logs"}
    for path in sorted(
        p for p in DBT_PROJECT.rglob("*") if p.suffix in _WATCHED and not ignored & set(p.parents)
    ):
        digest.update(str(path.relative_to(DBT_PROJECT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def parsed() -> Path:
    """The folder of dbt's parse of the project as it is now: made anew when a file of the project or dbt changed.

    Raises RuntimeError with dbt's own words where the project does not parse.
    """
    folder = _TARGET / f"parsed-{version('dbt-core')}-{project_fingerprint()}"
    if not folder.is_dir():
        _TARGET.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="parsing-", dir=_TARGET) as aside:
            made = Path(aside) / "parsed"
            _parse(made)
            for stale in _TARGET.glob("parsed-*"):
                shutil.rmtree(stale, ignore_errors=True)
            with contextlib.suppress(OSError):  # another process was as quick
                made.rename(folder)
    return folder


def _parse(target: Path) -> None:
    where = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    output = ["--target-path", str(target), "--log-path", str(target / "logs")]
    # The database's name is part of a parse, and comes from that of the file, which need not be there.
    work_file = {"ZHIJIAO_WAREHOUSE": str(Places(target).database)}
    done = subprocess.run(
        [executable(), "--quiet", "parse", *where, *output],
        env=os.environ | work_file,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"dbt cannot parse {DBT_PROJECT}:\n{done.stdout}{done.stderr}")


def taking_up_the_parse() -> list[str]:
    """The options with which dbt takes up the parse that is there and parses only what has changed since."""
    return ["--partial-parse-file-path", str(parsed() / "partial_parse.msgpack")]


def build() -> list[str]:
    """What the job asks of dbt: every seed, model and test of the data. Unit tests are of the models."""
    everything = ["build", "--exclude-resource-type", "unit_test"]
    return [*everything, *taking_up_the_parse(), "--no-write-json"]  # Dagster has what dbt tells of itself


class _Layers(DagsterDbtTranslator):
    """Models are grouped by their layer: raw, seeds, staging, intermediate, marts, audit."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The folder below models/, or seeds; the source's name for a source."""
        top, below, *_ = Path(dbt_resource_props["original_file_path"]).parts
        return str(dbt_resource_props.get("source_name") or (below if top == "models" else top))


def dbt_resource() -> Dbt:
    """dbt on this project with the profile that ships with it."""
    return Dbt(project_dir=str(DBT_PROJECT), profiles_dir=str(DBT_PROJECT), dbt_executable=executable())


@dbt_assets(manifest=parsed() / "manifest.json", name="star_schema", dagster_dbt_translator=_Layers())
def star_schema(context: dg.AssetExecutionContext, dbt: Dbt, settings: Settings) -> Iterator[Any]:
    """Build and test every seed and model on the work file. A failed test of severity error ends the run."""
    places = settings.places
    os.environ["ZHIJIAO_WAREHOUSE"] = str(places.database)
    os.environ["DBT_LOG_PATH"] = str(places.dbt_target / "logs")
    places.dbt_target.mkdir(parents=True, exist_ok=True)
    teller(context)("building and testing the star schema (dbt build)")
    with contextlib.redirect_stdout(io.StringIO()):  # dbt's words are in its log; Dagster has its events
        yield from dbt.cli(build(), context=context, target_path=places.dbt_target).stream()
