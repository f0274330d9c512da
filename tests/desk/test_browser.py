"""The desk in a real Chromium, with the keyboard."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from .conftest import ATTACK, Served

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="left out: no Chromium (apt-get install chromium)")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose script raises no error and is refused nothing."""
    context = browser.new_context(locale="zh-CN")
    opened = context.new_page()
    troubles: list[str] = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", lambda said: troubles.append(said.text) if "Content Security" in said.text else None)
    yield opened
    context.close()
    assert troubles == []


def test_the_number_is_marked_in_its_sentence_and_in_its_table(desk: Served, page: Page) -> None:
    page.goto(f"{desk.url}/finding/{desk.key('restated')}")
    expect(page.locator("h1")).to_contain_text("同一报告的另一处印作别的数")
    expect(page.locator(".arithmetic")).to_contain_text("正文印作 427，表1印作 337")
    expect(page.locator("blockquote mark.doubtful")).to_have_text("427")
    expect(page.locator("td mark.other")).to_have_text("337")


def test_a_number_is_corrected_without_the_mouse_and_the_next_finding_comes_up(
    desk: Served, page: Page
) -> None:
    page.goto(desk.url)
    assert page.url.endswith(desk.key("restated"))
    page.keyboard.press("c")
    page.keyboard.type("337")
    page.keyboard.press("Tab")
    page.keyboard.type("表6 与 84.6% 都支持 337")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/finding/{desk.key('share-of-parts')}?done=*")
    expect(page.locator("[role=status]")).to_contain_text("更正为")
    [decision] = desk.ledger.decisions()
    assert (decision.verdict, decision.value, decision.decided_by) == ("corrected", 337, "质量员")
    assert decision.subject is not None
    assert (decision.subject["raw"], decision.subject["metric"], decision.subject["year"]) == (
        "427",
        "staff",
        2025,
    )


def test_another_number_than_the_first_can_be_the_wrong_one(desk: Served, page: Page) -> None:
    page.goto(f"{desk.url}/finding/{desk.key('share-of-parts')}")
    page.keyboard.press("2")
    expect(page.locator(".unit")).to_have_text("人")
    page.keyboard.type("286")
    page.locator("[name=reason]").fill("核对了名册")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**done=*")
    [decision] = desk.ledger.decisions()
    assert decision.subject is not None
    assert (decision.value, decision.subject["metric"]) == (286, "full_time_teachers")


def test_the_list_is_walked_and_searched_with_the_keyboard(desk: Served, page: Page) -> None:
    page.goto(desk.url)
    page.keyboard.press("j")
    page.wait_for_url(f"**/{desk.key('share-of-parts')}")
    page.keyboard.press("k")
    page.wait_for_url(f"**/{desk.key('restated')}")
    page.keyboard.press("/")
    page.keyboard.type("427")
    page.keyboard.press("Enter")
    page.wait_for_url("**text=427")
    expect(page.locator(".list li")).to_have_count(1)


def test_chinese_and_english_are_one_key_apart(desk: Served, page: Page) -> None:
    page.goto(desk.url)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.keyboard.press("l")
    page.wait_for_url("**language=en")
    expect(page.locator("h1")).to_contain_text("the same report prints it differently elsewhere")
    page.goto(desk.url)
    expect(page.locator(".name")).to_have_text("Quality desk")


def test_a_decision_can_be_taken_back_and_both_lines_stay(desk: Served, page: Page) -> None:
    page.goto(f"{desk.url}/finding/{desk.key('restated')}")
    page.keyboard.press("a")
    page.keyboard.type("口径不同")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**done=*")
    page.goto(f"{desk.url}/finding/{desk.key('restated')}")
    expect(page.locator("h1 .status")).to_have_text("已决定")
    page.keyboard.press("u")
    expect(page.locator("h1 .status")).to_have_text("重新打开")
    assert [decision.verdict for decision in desk.ledger.decisions()] == ["accepted", "reopened"]


def test_of_two_who_decide_at_once_neither_is_lost(desk: Served, page: Page, browser: Browser) -> None:
    address = f"{desk.url}/finding/{desk.key('restated')}"
    other = browser.new_context(locale="zh-CN").new_page()
    for each, reason in ((page, "甲的理由"), (other, "乙的理由")):
        each.goto(address)
        each.keyboard.press("s")
        each.keyboard.type(reason)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**done=*")
    other.keyboard.press("Control+Enter")
    expect(other.locator("[role=alert]")).to_contain_text("甲的理由")
    expect(other.locator("[name=reason]")).to_have_value("乙的理由")
    assert [decision.reason for decision in desk.ledger.decisions()] == ["甲的理由"]
    other.wait_for_load_state()  # the answer shows before its keys are heard
    other.keyboard.press("Control+Enter")
    other.wait_for_url("**done=*")
    assert [decision.reason for decision in desk.ledger.decisions()] == ["甲的理由", "乙的理由"]
    other.context.close()


def test_nothing_of_a_report_runs(desk: Served, page: Page) -> None:
    page.goto(f"{desk.url}/finding/{desk.key('total-of-parts')}?status=all")
    expect(page.locator("blockquote")).to_contain_text(ATTACK)
    assert "taken" not in page.evaluate("document.title.replaceAll(\"'taken'\", '')")
    assert page.evaluate("document.images.length") == 0


def test_the_data_docs_are_a_click_away(desk: Served, page: Page) -> None:
    page.goto(desk.url)
    page.click("text=规则与结果")
    expect(page.locator("h1")).to_contain_text("数据质量")
