"""The dbt project as Dagster assets: its manifest, its command line, its models. Only dbt belongs here."""

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
from orchestration.places import PROJECT
from orchestration.resources import Settings

DBT_PROJECT = PROJECT / "dbt_project"
_TARGET = DBT_PROJECT / "target"
_WATCHED = (".sql", ".yml", ".csv")


class Dbt(DbtCliResource):
    """dbt's command line. Asking it for its version takes five seconds and the network; the package knows it."""

    @property
    def _cli_version(self) -> Version:
        return parse(version("dbt-core"))


def executable() -> str:
    """The dbt of this environment, whatever the PATH says; it ends with the run that starts it (tether.py)."""
    return str(Path(sys.executable).with_name("zhijiao-dbt"))


def project_fingerprint() -> str:
    """A hash of all that dbt reads: models, macros, seeds, configuration."""
    digest = hashlib.sha256()
    ignored = {_TARGET, DBT_PROJECT / "logs"}
    for path in sorted(
        p for p in DBT_PROJECT.rglob("*") if p.suffix in _WATCHED and not ignored & set(p.parents)
    ):
        digest.update(str(path.relative_to(DBT_PROJECT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def manifest() -> Path:
    """The manifest of the project as it is now: parsed anew when a file of the project changed, else as it was.

    Raises RuntimeError with dbt's own words where the project does not parse.
    """
    path = _TARGET / f"manifest-{project_fingerprint()}.json"
    if not path.is_file():
        with tempfile.TemporaryDirectory(prefix="zhijiao-dbt-") as folder:
            _parse(Path(folder))
            _TARGET.mkdir(exist_ok=True)
            partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
            shutil.copyfile(Path(folder) / "manifest.json", partial)
        for stale in _TARGET.glob("manifest-*.json"):
            stale.unlink(missing_ok=True)
        partial.replace(path)
    return path


def _parse(target: Path) -> None:
    command = [
        executable(),
        "--quiet",
        "parse",
        "--target-path",
        str(target),
        "--log-path",
        str(target / "logs"),
    ]
    where = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    done = subprocess.run([*command, *where], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"dbt cannot parse {DBT_PROJECT}:\n{done.stdout}{done.stderr}")


class _Layers(DagsterDbtTranslator):
    """Models are grouped by their layer: raw, seeds, staging, intermediate, marts, audit."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The folder below models/, or seeds; the source's name for a source."""
        top, below, *_ = Path(dbt_resource_props["original_file_path"]).parts
        return str(dbt_resource_props.get("source_name") or (below if top == "models" else top))


def dbt_resource() -> Dbt:
    """dbt on this project with the profile that ships with it."""
    return Dbt(project_dir=str(DBT_PROJECT), profiles_dir=str(DBT_PROJECT), dbt_executable=executable())


@dbt_assets(manifest=manifest(), name="star_schema", dagster_dbt_translator=_Layers())
def star_schema(context: dg.AssetExecutionContext, dbt: Dbt, settings: Settings) -> Iterator[Any]:
    """Build and test every seed and model on the work file. A failed test of severity error ends the run."""
    places = settings.places
    os.environ["ZHIJIAO_WAREHOUSE"] = str(places.database)
    os.environ["DBT_LOG_PATH"] = str(places.dbt_target / "logs")
    places.dbt_target.mkdir(parents=True, exist_ok=True)
    teller(context)("building and testing the star schema (dbt build)")
    with contextlib.redirect_stdout(io.StringIO()):  # dbt's words are in its log; Dagster has its events
        build = ["build", "--exclude-resource-type", "unit_test"]  # those are of the models, not of the data
        yield from dbt.cli(build, context=context, target_path=places.dbt_target).stream()
