from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.extract import extract

REPORT = "重庆市开州区样例职业教育中心质量年度报告（2025年度）\n\n学校现有专任教师285人。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_bytes_decide_the_encoding(encoding: str) -> None:
    extraction = extract(REPORT.encode(encoding), "text/plain")
    assert extraction.landed_text == REPORT
    assert [o.value for o in extraction.observations] == [285]


def test_line_ends_count_as_one_character() -> None:
    assert extract(REPORT.replace("\n", "\r\n").encode(), "text/plain").landed_text == REPORT


@pytest.mark.parametrize(
    ("data", "content_type", "reason"),
    [
        (b"", "text/plain", "empty"),
        (b" \n\n ", "text/plain", "empty"),
        (b"\xff\x00\xfe\x80\x00", "text/plain", "not a text"),
        (b"<html><body><script>1</script></body></html>", "text/html", "without a body"),
        (b"\x89PNG", "image/png", "no reader for image/png"),
    ],
)
def test_what_cannot_be_read_is_rejected_with_its_reason(data: bytes, content_type: str, reason: str) -> None:
    extraction = extract(data, content_type)
    assert extraction.document.status == "rejected"
    assert reason in str(extraction.document.reason)
    assert extraction.observations == ()


def test_page_furniture_and_scripts_are_no_content() -> None:
    page = (
        "<html><head><title>x</title></head><body><nav>首页 12人</nav>"
        f"<div class='TRS_Editor'><p>{REPORT}</p><script>var n = 99;</script></div><footer>访问 888人</footer></body></html>"
    )
    extraction = extract(page.encode(), "text/html")
    assert [o.raw for o in extraction.observations] == ["285"]
    assert "888" not in extraction.landed_text
    assert "99" not in extraction.landed_text


def test_an_article_says_its_title_and_publisher_in_its_meta_tags() -> None:
    page = (
        "<html><head><meta name='ArticleTitle' content='开州区职业教育质量年度报告（2025年）'>"
        "<meta name='ContentSource' content='开州区样例教委'></head><body><p>全区在校生900人。</p></body></html>"
    )
    document = extract(page.encode(), "text/html").document
    assert (document.title, document.publisher, document.report_year) == (
        "开州区职业教育质量年度报告（2025年）", "开州区样例教委", 2025,
    )  # fmt: skip


PIECES = [
    *(
        "表1 师资情况",
        "年度",
        "2024",
        "2025",
        "数量",
        "比例",
        "1",
        "2",
        "12",
        "3.5%",
        "合计",
        "/",
        "—",
        "",
        " ",
        "１２万元",
    ),
    *("专任教师285人，占45%。", "a\tb\t3", "|甲|12|13|", "（含技工等学校12人）", "其中：", "学校名称"),
    "重庆市开州区样例职业教育中心",
]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(PIECES),
        max_size=60,
    ),
    st.sampled_from(["text/plain", "text/html"]),
)
def test_whatever_stands_in_a_file_every_observation_stands_where_it_says(
    lines: list[str], content_type: str
) -> None:
    joint = "\n" if content_type == "text/plain" else "</p><p>"
    extraction = extract(joint.join(lines).encode(), content_type)
    for observation in extraction.observations:
        assert extraction.landed_text[observation.char_start : observation.char_end] == observation.raw


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["text/plain", "text/html"]))
def test_no_bytes_make_the_reader_fail(data: bytes, content_type: str) -> None:
    assert extract(data, content_type).document.status in ("read", "rejected")


def test_the_same_bytes_give_the_same_records() -> None:
    assert extract(REPORT.encode(), "text/plain") == extract(REPORT.encode(), "text/plain")
