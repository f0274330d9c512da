"""`zhijiao refresh --inbox`: files from a folder take the same way, and what is wrong with them is told."""

from __future__ import annotations

import duckdb
import pytest

SCHOOL = "重庆市开州区样例职业教育中心"
REPORT = f"""{SCHOOL}质量年度报告（2025年度）

2025年度，学校在校生3000人，教职工总数210人，专任教师180人，毕业生900人。

表1 师资情况
年度\t教职工总数（人）\t专任教师数（人）
2024\t205\t176
2025\t210\t180
"""


@pytest.mark.slow
def test_good_files_are_released_beside_bad_ones(tmp_path, run) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "report.txt").write_text(REPORT, encoding="gb18030")
    (inbox / "broken.pdf").write_bytes(b"%PDF-1.7 cut")
    (inbox / "empty.txt").write_bytes(b"")
    done = run("refresh", "--inbox", inbox, "--home", tmp_path / "home", "--json")
    assert done.code == 0, done.err
    assert done.json["observations"] == 8
    assert any("damaged PDF" in row["reason"] for row in done.json["rejected"])
    problems = done.json["sources"][0]["problems"] + done.json["rejected"]
    assert any("empty" in str(problem) for problem in problems)
    with duckdb.connect(
        str(tmp_path / "home" / "current" / "warehouse.duckdb"), read_only=True
    ) as connection:
        value = "select value from fct_school_metric where metric = 'full_time_teachers' and year = 2025"
        assert connection.execute(value).fetchall()[0][0] == 180


@pytest.mark.slow
def test_the_real_reports_reach_the_marts(shared, tmp_path, run) -> None:
    home = tmp_path / "home"
    done = run("refresh", "--inbox", shared / "reports", "--home", home, "--json")
    assert done.code == 0, done.err
    with duckdb.connect(str(home / "current" / "warehouse.duckdb"), read_only=True) as connection:

        def rows(sql: str) -> set[tuple]:
            return set(connection.execute(sql).fetchall())

        assert rows("select publisher, report_year from dim_report where title is not null") == {
            ("重庆市黔江区民族职业教育中心", 2025),
            ("荣昌区", 2025),
            ("渝北区", 2024),
            ("重庆市工业高级技工学校", 2023),
        }
        schools = {name for (name,) in rows("select name_zh from dim_school")}
        assert {
            "重庆市荣昌区职业教育中心",
            "重庆益民技工学校",
            "重庆市黔江区民族职业教育中心",
            "重庆市工业高级技工学校",
        } <= schools
        assert {
            "重庆市渝北职业教育中心",
            "重庆市渝北区特殊教育学校",
            "重庆经济建设职业技术学校",
            "重庆市蜀都职业技术学校",
        } <= schools
        assert {"重庆市渝北区竟成中学校", "重庆市联合高级技工学校", "重庆海联职业技术学院中职部"} <= schools
        enrolment = rows(
            "select school_name_zh, year, value::int from mart_school_trends where metric = 'enrolment'"
        )
        assert {
            ("重庆市荣昌区职业教育中心", 2023, 6706),
            ("重庆市荣昌区职业教育中心", 2025, 6399),
        } <= enrolment
        assert {
            ("重庆市黔江区民族职业教育中心", y, v) for y, v in ((2023, 9225), (2024, 9647), (2025, 9313))
        } <= enrolment
