"""Nothing is changed but from the desk's own page, and nothing of a report runs."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from bs4 import BeautifulSoup

from .conftest import ATTACK, Served


def opened(desk: Served, rule: str = "restated") -> tuple[requests.Session, str, dict[str, str]]:
    """A browser's session on a finding: the address of its form and the fields in it."""
    session = requests.Session()
    session.trust_env = False
    url = f"{desk.url}/finding/{desk.key(rule)}"
    page = BeautifulSoup(session.get(url, timeout=10).text, "lxml")
    hidden = {str(field["name"]): str(field["value"]) for field in page.select(".decide [type=hidden]")}
    return session, url, {**hidden, "verdict": "accepted", "reason": "口径不同", "decided_by": "质量员"}


def send(desk: Served, session: requests.Session, url: str, form: dict[str, str], **headers: str) -> Any:
    return session.post(
        url, data=form, headers={"Origin": desk.url, **headers}, timeout=10, allow_redirects=False
    )


def test_a_decision_from_the_desks_own_page_is_taken_down(desk: Served) -> None:
    session, url, form = opened(desk)
    assert send(desk, session, url, form).status_code == 303
    [decision] = desk.ledger.decisions()
    assert (decision.verdict, decision.reason, decision.decided_by) == ("accepted", "口径不同", "质量员")
    assert decision.subject is not None
    assert decision.subject["raw"] == "427"


@pytest.mark.parametrize(
    "what", ["no cookie", "no token", "other token", "other origin", "no origin", "other host"]
)
def test_a_decision_from_anywhere_else_is_refused_and_nothing_is_written(desk: Served, what: str) -> None:
    session, url, form = opened(desk)
    headers: dict[str, Any] = {}
    if what == "no cookie":
        session.cookies.clear()
    if what == "no token":
        form.pop("token")
    if what == "other token":
        form["token"] = opened(desk)[2]["token"]
    if what == "other origin":
        headers = {"Origin": "http://evil.example"}
    if what == "no origin":
        headers = {"Origin": None}
    if what == "other host":
        headers = {"Host": "evil.example", "Origin": "http://evil.example"}
    assert send(desk, session, url, form, **headers).status_code == 400
    assert desk.ledger.decisions() == []


def test_a_get_changes_nothing(desk: Served) -> None:
    session, url, form = opened(desk)
    assert session.get(url, params=form, timeout=10).status_code == 200
    assert desk.ledger.decisions() == []


@pytest.mark.parametrize(
    "changes",
    [{"reason": ""}, {"verdict": "corrected", "value": "many"}, {"verdict": "x"}, {"until": "soon"}],
)
def test_a_form_with_a_mistake_comes_back_filled_in_and_writes_nothing(
    desk: Served, changes: dict[str, str]
) -> None:
    session, url, form = opened(desk)
    answer = send(desk, session, url, {**form, **changes})
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "lxml")
    assert page.select_one("[role=alert]")
    assert page.select_one("[name=decided_by]")["value"] == "质量员"  # type: ignore[index]
    assert desk.ledger.decisions() == []


def test_every_page_forbids_what_does_not_come_from_the_desk(desk: Served) -> None:
    answer = requests.get(f"{desk.url}/?status=all", timeout=10)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_a_report_says_is_text_wherever_it_is_shown(desk: Served) -> None:
    session, url, _ = opened(desk, "total-of-parts")
    page = BeautifulSoup(session.get(url, timeout=10).text, "lxml")
    assert [script.get("src") for script in page.find_all("script")] == ["/static/desk.js"]
    assert not page.find_all("img")
    assert not [link for link in page.find_all("a") if str(link.get("href")).startswith("javascript:")]
    assert ATTACK in page.get_text()


def test_a_finding_that_is_not_there_is_told(desk: Served) -> None:
    answer = requests.get(f"{desk.url}/finding/0000", timeout=10)
    assert answer.status_code == 404
    assert "no finding 0000" in answer.text
