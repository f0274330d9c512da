"""The star schema as BI tools find it in PostgreSQL: the sample's release, published and asked through SQLAlchemy.

Superset, Metabase and Power BI read catalogues and send SQL as this does; docs/bi.md says which of them were tried.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.dbt_project.conftest import warehouse  # noqa: F401  (the built sample, shared by both folders)
from tests.postgres import MISSING, binary, running
from warehouse.publish import publish
from warehouse.release import release

QUESTIONS = re.findall(
    r"\*\*(\d+)\. .*?```sql\n(.*?)```",
    (Path(__file__).parents[2] / "docs" / "questions.md").read_text(encoding="utf-8"),
    re.S,
)

pytestmark = pytest.mark.skipif(binary("postgres") is None, reason=MISSING)


@pytest.fixture(scope="module")
def published(warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:  # noqa: F811
    home = tmp_path_factory.mktemp("published")
    built = Path(shutil.copy(warehouse, home / "warehouse.duckdb"))
    release(built, home / "releases", home / "current")
    with running() as address:
        publish(home / "current", address)
        url = address.replace("postgresql://", "postgresql+psycopg2://")
        yield sa.create_engine(url, connect_args={"options": "-c search_path=zhijiao"})


@pytest.mark.parametrize("sql", [sql for _, sql in QUESTIONS], ids=[number for number, _ in QUESTIONS])
def test_the_questions_of_the_docs_are_answered_there_too(published: sa.Engine, sql: str) -> None:
    with published.connect() as connection:
        assert connection.execute(sa.text(sql)).fetchall()


def test_a_tool_finds_tables_with_keys_and_what_they_mean(published: sa.Engine) -> None:
    catalogue = sa.inspect(published)
    trends = {column["name"]: column for column in catalogue.get_columns("mart_school_trends", "zhijiao")}
    assert "mart_school_trends" in catalogue.get_table_names("zhijiao")
    assert catalogue.get_pk_constraint("mart_school_trends", "zhijiao")["constrained_columns"] == [
        "school_id", "metric", "year",
    ]  # fmt: skip
    assert str(trends["value"]["type"]) == "NUMERIC(28, 6)"
    assert (trends["value"]["comment"] or "").startswith("值 | Value")


@pytest.mark.parametrize(
    ("view", "column"), [("学校趋势", "上年值"), ("School trends", "Value of the year before")]
)
def test_the_readable_views_keep_their_names_and_say_what_they_mean(
    published: sa.Engine, view: str, column: str
) -> None:
    columns = {each["name"]: each for each in sa.inspect(published).get_columns(view, "zhijiao")}
    assert (columns[column]["comment"] or "").startswith("上年值 | Value of the year before")
    with published.connect() as connection:
        assert connection.execute(sa.text(f'select "{column}" from "{view}"')).fetchall()
