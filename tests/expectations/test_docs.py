from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from expectations import ExpectationRun, load_suites

from .sample import REPORT, URL, Make, fact, observation

Check = Callable[[Path], ExpectationRun]

ATTACK = "<script>document.title='taken'</script><img src=x onerror=alert(1)>职业学校"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def docs(make: Make, check: Check) -> Path:
    """The docs of a warehouse with a school whose name is an attack, and with findings of several severities."""
    database = make(
        ("main.dim_school", {"school_id": "p-1", "name_zh": ATTACK, "is_provisional": True}),
        ("raw.observations", observation(300, entity=ATTACK, quote=ATTACK, value=-3, raw="-3")),
        ("main.fct_school_metric", fact("enrolment", 6401, 200)),
    )
    return check(database).docs.parent


def pages(docs: Path) -> dict[str, BeautifulSoup]:
    return {
        page.stem: BeautifulSoup(page.read_text(encoding="utf-8"), "lxml") for page in docs.glob("*.html")
    }


def test_there_is_an_index_in_chinese_and_a_page_for_each_suite(docs: Path) -> None:
    made = pages(docs)
    assert set(made) == {"index", "landing", "staging", "marts", "audits"}
    assert all(page.html and page.html["lang"] == "zh-CN" for page in made.values())
    for suite in load_suites():
        assert {section["id"] for section in made[suite.suite].find_all("section")} == {
            rule.id for rule in suite.rules
        }


def test_every_link_leads_to_a_page_and_a_place_that_exist(docs: Path) -> None:
    made = pages(docs)
    for page in made.values():
        for link in page.find_all("a"):
            name, _, anchor = str(link["href"]).partition("#")
            assert not anchor or made[name.removesuffix(".html")].find(id=anchor)
            assert (docs / name).is_file()


def test_nothing_is_loaded_from_or_linked_to_the_outside(docs: Path) -> None:
    for file in docs.iterdir():
        assert not re.search(
            r"""(src|href|action)\s*=\s*["']?\s*(\w+:)?//|@import|url\(""", file.read_text("utf-8")
        )
    for page in pages(docs).values():
        loaded = [
            tag.get("src") or tag.get("href") for tag in page.find_all(["script", "img", "iframe", "link"])
        ]
        assert loaded == ["style.css"]


def test_a_script_in_a_schools_name_is_text(docs: Path) -> None:
    for name in ("staging", "marts"):
        page = pages(docs)[name]
        assert page.find("script") is None
        assert page.find("img") is None
        assert ATTACK in page.get_text()


def test_a_finding_is_shown_with_its_messages_its_quote_and_its_place(docs: Path) -> None:
    section = pages(docs)["staging"].find(id="value-not-below-range")
    assert section
    text = section.get_text()
    assert "印作 -3" in text
    assert "is printed as -3" in text
    assert "300–303" in text
    assert REPORT[:12] in text
    assert URL in text


@pytest.mark.skipif(CHROMIUM is None, reason="left out: no Chromium (apt-get install chromium)")
def test_a_browser_runs_nothing_of_a_report(docs: Path, tmp_path: Path) -> None:
    shown = subprocess.run(
        [
            str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
            "--proxy-server=127.0.0.1:9", f"--user-data-dir={tmp_path / 'profile'}", (docs / "marts.html").as_uri(),
        ],
        capture_output=True, text=True, timeout=120, check=True,
    ).stdout  # fmt: skip
    page = BeautifulSoup(shown, "lxml")
    assert page.title
    assert page.title.get_text() == "星型模型 Star schema"
    assert ATTACK in page.get_text()
