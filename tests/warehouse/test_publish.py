"""Publish: a release as a whole, in PostgreSQL and as a folder of Parquet; readers never see half of it."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import pg8000.native as pg
import pytest

from tests.postgres import MISSING, binary, running
from warehouse.publish import PublishError, publish
from warehouse.release import Release, release

needs_postgres = pytest.mark.skipif(binary("postgres") is None, reason=MISSING)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running() as address:
        yield address


@pytest.fixture
def current(tmp_path: Path) -> Path:
    make_release(tmp_path, 1)
    return tmp_path / "current"


@pytest.fixture
def schema(tmp_path: Path) -> str:
    """A schema of its own for each test."""
    return f"zj_{hashlib.md5(str(tmp_path).encode()).hexdigest()[:8]}"


def make_release(home: Path, n: int, rows: int = 3) -> Release:
    """A release whose every value is `n`, with what is hard to carry: nulls, empty text, quotes, Chinese, JSON."""
    database = home / "work" / "warehouse.duckdb"
    database.parent.mkdir(exist_ok=True)
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            f"""
            create table fct_school_metric as
            select 's' || i as school_id, case i % 3 when 0 then null else 2020 + (i % 3)::integer end as year,
                {n}::decimal(28, 6) as value, true as is_core, '{{"级别": "市"}}'::json as dims
            from range({rows}) as rows(i);
            create table dim_school as
            select * from (values ('s1', '重庆市"甲",\n学校', '', null, date '2020-02-29'), ('s2', '', 'x,y', 'a', null))
                as schools(school_id, name_zh, short_names, note, opened_on);
            comment on table dim_school is '学校 | School

            一行一所学校。

            One row a school. Key: school_id.';
            comment on column dim_school.name_zh is '学校 | School';
            create schema zh;
            create view zh."学校" as select school_id as "编号", name_zh as "学校名称" from warehouse.main.dim_school;
            """
        )
    return release(database, home / "releases", home / "current")


def connect(server: str) -> pg.Connection:
    parts = urlsplit(server)
    return pg.Connection(parts.username, host=parts.hostname, port=parts.port, database=parts.path[1:])


def rows(server: str, query: str) -> list[Any]:
    connection = connect(server)
    try:
        return list(connection.run(query))
    finally:
        connection.close()


@needs_postgres
def test_every_table_arrives_as_it_is(server: str, current: Path, schema: str) -> None:
    published = publish(current, server, schema=schema)
    assert published.is_new
    assert published.tables == {"dim_school": 2, "fct_school_metric": 3}
    assert rows(server, f"select * from {schema}.dim_school order by 1") == [
        ["s1", '重庆市"甲",\n学校', "", None, date(2020, 2, 29)],
        ["s2", "", "x,y", "a", None],
    ]
    assert rows(
        server, f"select school_id, year, value, is_core, dims from {schema}.fct_school_metric order by 1"
    ) == [[f"s{i}", year, Decimal(1), True, {"级别": "市"}] for i, year in enumerate([None, 2021, 2022])]
    types = rows(
        server,
        f"select column_name, data_type from information_schema.columns "
        f"where table_schema = '{schema}' and table_name = 'fct_school_metric' order by ordinal_position",
    )
    assert dict(types) == {
        "school_id": "text", "year": "integer", "value": "numeric", "is_core": "boolean", "dims": "jsonb",
    }  # fmt: skip


@needs_postgres
def test_comments_keys_and_readable_views_come_along(server: str, current: Path, schema: str) -> None:
    publish(current, server, schema=schema)
    assert "一行一所学校" in rows(server, f"select obj_description('{schema}.dim_school'::regclass)")[0][0]
    assert rows(server, f"select col_description('{schema}.dim_school'::regclass, 2)") == [["学校 | School"]]
    with pytest.raises(pg.DatabaseError, match="duplicate key"):
        rows(server, f"insert into {schema}.dim_school (school_id) values ('s1')")
    assert rows(server, f'select "编号" from {schema}."学校" order by 1') == [["s1"], ["s2"]]


@needs_postgres
def test_the_same_release_is_not_loaded_again(server: str, current: Path, schema: str) -> None:
    assert publish(current, server, schema=schema).is_new
    assert not publish(current, server, schema=schema).is_new


@needs_postgres
def test_a_reader_sees_the_old_release_or_the_new_one_and_nothing_between(
    server: str, tmp_path: Path, schema: str
) -> None:
    make_release(tmp_path, 1, rows=20_000)
    publish(tmp_path / "current", server, schema=schema)
    seen: list[tuple[int, int, int]] = []
    stop = threading.Event()

    def read() -> None:
        connection = connect(server)
        while not stop.is_set():
            found = connection.run(f"select min(value), max(value), count(*) from {schema}.fct_school_metric")
            seen.append(tuple(int(value) for value in found[0]))  # type: ignore[arg-type]
        connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    for n in (2, 3):
        make_release(tmp_path, n, rows=20_000)
        publish(tmp_path / "current", server, schema=schema)
    stop.set()
    reader.join()
    assert {(low == high, count) for low, high, count in seen} == {(True, 20_000)}
    assert sorted(seen) == seen


@needs_postgres
def test_a_load_that_fails_changes_nothing(server: str, tmp_path: Path, schema: str) -> None:
    make_release(tmp_path, 1)
    publish(tmp_path / "current", server, schema=schema)
    make_release(tmp_path, 2)
    with duckdb.connect(str(tmp_path / "current" / "warehouse.duckdb")) as connection:
        connection.execute("insert into dim_school select * from dim_school")
    with pytest.raises(PublishError, match=r"s1.*is duplicated.*nothing was changed"):
        publish(tmp_path / "current", server, schema=schema)
    assert rows(server, f"select distinct value from {schema}.fct_school_metric") == [[Decimal(1)]]
    assert rows(server, f"select count(*) from pg_namespace where nspname = '{schema}__next'") == [[0]]


@needs_postgres
def test_rights_stay(server: str, tmp_path: Path, schema: str) -> None:
    make_release(tmp_path, 1)
    publish(tmp_path / "current", server, schema=schema)
    for statement in (
        f"create role {schema}_reader",
        f"grant usage on schema {schema} to {schema}_reader",
        f"grant select on all tables in schema {schema} to {schema}_reader",
    ):
        rows(server, statement + " ; select 1")
    make_release(tmp_path, 2)
    publish(tmp_path / "current", server, schema=schema)
    for relation in ("dim_school", '"学校"'):
        query = f"select has_table_privilege('{schema}_reader', '{schema}.{relation}', 'select')"
        assert rows(server, query) == [[True]]
    assert rows(server, f"select has_schema_privilege('{schema}_reader', '{schema}', 'usage')") == [[True]]


@needs_postgres
def test_what_others_built_on_the_schema_is_named_and_kept(server: str, tmp_path: Path, schema: str) -> None:
    make_release(tmp_path, 1)
    publish(tmp_path / "current", server, schema=schema)
    rows(server, f"create view public.of_{schema} as select * from {schema}.dim_school; select 1")
    make_release(tmp_path, 2)
    with pytest.raises(PublishError, match=rf"public\.of_{schema} is built on"):
        publish(tmp_path / "current", server, schema=schema)
    assert rows(server, f"select count(*) from public.of_{schema}") == [[2]]


@needs_postgres
def test_a_schema_of_others_is_left_alone(server: str, current: Path, schema: str) -> None:
    rows(server, f"create schema {schema}; create table {schema}.mine (a int); select 1")
    with pytest.raises(PublishError, match="not ours"):
        publish(current, server, schema=schema)


@pytest.mark.parametrize(
    ("to", "message"),
    [
        ("postgresql://zhijiao@127.0.0.1:1/x", "connect"),
        ("mysql://x/y", "postgresql://"),
        ("postgresql://zhijiao@127.0.0.1:1/x?sslcert=a", "sslcert is not understood"),
    ],
)
def test_an_address_that_does_not_do_is_named(current: Path, to: str, message: str) -> None:
    with pytest.raises(PublishError, match=message):
        publish(current, to)


def test_a_password_is_never_shown(current: Path) -> None:
    with pytest.raises(PublishError) as caught:
        publish(current, "postgresql://zhijiao:secret@127.0.0.1:1/x")
    assert "secret" not in str(caught.value)


def test_there_must_be_a_release(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="zhijiao refresh"):
        publish(tmp_path / "current", str(tmp_path / "out"))


def test_a_folder_holds_facts_by_year_and_a_manifest_of_every_file(current: Path, tmp_path: Path) -> None:
    published = publish(current, str(tmp_path / "out"))
    home = tmp_path / "out" / "current"
    manifest = json.loads((home / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["release_id"] == published.release_id
    files = [file for table in manifest["tables"] for file in table["files"]]
    assert {f"{path.relative_to(home.resolve())}" for path in home.resolve().rglob("*.parquet")} == {
        file["path"] for file in files
    }
    for file in files:
        assert hashlib.sha256((home / file["path"]).read_bytes()).hexdigest() == file["sha256"]
    with duckdb.connect(str(current / "warehouse.duckdb"), read_only=True) as connection:
        for table in manifest["tables"]:
            stored = connection.execute(f"select * from {table['name']} order by all").fetchall()
            query = (
                f"select * from read_parquet('{home}/{table['name']}/**/*.parquet', hive_partitioning = true)"
            )
            columns = ", ".join(column["name"] for column in table["columns"])
            found = duckdb.sql(f"select {columns} from ({query}) order by all").fetchall()
            assert [tuple(map(str, row)) for row in found] == [tuple(map(str, row)) for row in stored]
            assert table["rows"] == len(stored)
    assert (home / "fct_school_metric" / "year=2021").is_dir()
    assert [t["partitioned_by"] for t in manifest["tables"]] == [[], ["year"]]


def test_a_folder_is_swapped_and_the_release_before_stays(current: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    made = [publish(current, str(out)).release_id]
    assert not publish(current, str(out)).is_new
    for n in (2, 3):
        make_release(tmp_path, n)
        made.append(publish(current, str(out)).release_id)
    assert (out / "current").resolve().name == made[-1]
    assert {path.name for path in out.iterdir()} == {"current", *made[-2:]}


def test_a_folder_with_other_things_is_left_alone(current: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("x")
    with pytest.raises(PublishError, match="other things"):
        publish(current, str(tmp_path / "out"))
