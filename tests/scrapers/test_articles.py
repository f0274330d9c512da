"""Article pages are read in every shape that these sites use."""

from __future__ import annotations

import pytest

from scrapers.articles import read_article

ARTICLE = "http://www.somewhere.sample/bm/qjw/list/202601/t20260105_1.html"
FRAME = """<div class=top>您当前的位置：首页 &gt; 政务公开，职业教育</div>
<table><tr><td>索引号：</td><td>11500112/2026-12，本级</td><td>发布机构：</td><td>重庆市某某区教育委员会，区政府教育督导室</td></tr></table>
<div>字体：大 中 小，打印本页，分享到微信</div>
<p>主办：某某区人民政府办公室，地址某某路1号。备案号：渝ICP备1号</p><p>建议使用IE9以上浏览器，分辨率1366×768。</p>"""
TITLE = "某区中等职业教育质量年度报告（2025年）"


@pytest.mark.parametrize(
    "box",
    [
        "<table><tr><td>[ 索引号 ]</td><td>A-1</td><td>[ 发文字号 ]</td><td></td></tr>"
        "<tr><td>[ 发布机构 ]</td><td>某区教委</td><td>[ 有效性 ]</td><td></td></tr></table>",
        "<ul><li><b>索引号：</b><span>A-1</span></li><li><b>发文字号：</b><span></span></li>"
        "<li><b>发布机构：</b><span>某区教委</span></li></ul>",
        "<ul><li>[ 索引号 ]</li><li>A-1</li><li>[ 发文字号 ]</li><li>[ 发布机构 ]</li><li>某区教委</li></ul>",
        "<p>- 索引号: A-1</p><p>- 发文字号: </p><p>- 发布机构: 某区教委</p>",
        "<div><span>索引号</span><span>A-1</span></div><div><span>发布机构</span><span>某区教委</span></div>",
    ],
)
def test_the_box_of_labels_is_read_in_every_shape_and_empty_values_are_left_out(box: str) -> None:
    article = read_article(f"{box}<h1>{TITLE}</h1><div id=zoom>正文</div>".encode(), ARTICLE)
    assert article.metadata == {"索引号": "A-1", "发布机构": "某区教委"}
    assert article.publisher == "某区教委"


def test_an_article_without_meta_tags_has_its_date_from_its_address_and_its_source_from_a_script() -> None:
    script = '<script>var docSource = "某区教委";</script>'
    page = f'<h1>{TITLE}</h1>{script}<div class="TRS_UEDITOR trs_word">正文</div>'
    article = read_article(page.encode("gb18030"), ARTICLE)
    assert (article.title, article.published_on, article.publisher) == (TITLE, "2026-01-05", "某区教委")
    assert article.has_body


def test_a_page_without_an_article_body_is_no_article() -> None:
    assert not read_article(b"<html><h1>403</h1><script>challenge()</script></html>", ARTICLE).has_body


def test_attachments_are_the_files_of_the_body_and_of_the_editor_but_no_pictures() -> None:
    page = """<a href="/help/manual.pdf">manual</a>
      <div class="pages_content"><a href="./W020260105123456789012.docx">报告.docx</a>
      <a href="files/table.xlsx"></a><a href="./W020260105123456789099.jpg">图</a></div>
      <p><a href="P020260105123456789013.pdf">附件</a></p>
      <script>var file_appendix = '<a href="./W020260105123456789014.zip">全部<\\/a>';
      document.write(file_appendix)</script>"""
    files = read_article(page.encode(), ARTICLE).attachments
    assert [(file.url.rpartition("/202601/")[2], file.title) for file in files] == [
        ("W020260105123456789012.docx", "报告.docx"),
        ("files/table.xlsx", "table.xlsx"),
        ("P020260105123456789013.pdf", "附件"),
        ("W020260105123456789014.zip", "全部"),
    ]


@pytest.mark.parametrize(
    "below",
    [
        "<div class=fj>附件：<a href='/u/2026/report.pdf'>报告</a></div>",
        "<p>附件1：</p><p><a href='/u/2026/report.pdf'>报告</a></p>",
        r"""<script>var file_appendix="<a href='/u/2026/report.pdf'>报告<\/a>";</script>""",
        r"<script>document.write('<a href=\"/u/2026/report.pdf\">报告<\/a>')</script>",
    ],
)
def test_a_file_below_the_body_or_in_a_script_is_found_whatever_it_is_called(below: str) -> None:
    files = read_article(f"<div class=TRS_Editor>见附件</div>{below}".encode(), ARTICLE).attachments
    assert [(file.url, file.title) for file in files] == [
        ("http://www.somewhere.sample/u/2026/report.pdf", "报告")
    ]


@pytest.mark.parametrize(
    "script",
    [
        "var appendix = ['./W020260105123456789012.pdf', 'W020260105123456789013.docx'];",
        "var file_appendix = 'W020260105123456789012.pdf;W020260105123456789013.docx';",
        r'{"files":[{"url":".\/W020260105123456789012.pdf"},{"url":".\/W020260105123456789013.docx"}]}',
    ],
)
def test_bare_names_of_editor_files_in_a_script_are_found(script: str) -> None:
    files = read_article(
        f"<div class=TRS_Editor>见附件</div><script>{script}</script>".encode(), ARTICLE
    ).attachments
    assert [file.url.rpartition("/")[2] for file in files] == [
        "W020260105123456789012.pdf",
        "W020260105123456789013.docx",
    ]


@pytest.mark.parametrize(
    "body",
    [
        "<iframe src='./W020260105123456789012.pdf'></iframe>",
        "<iframe src='/pdf/viewer.html?file=./W020260105123456789012.pdf'></iframe>",
        "<a href='/download.jsp?name=W020260105123456789012.pdf'>下载</a>",
        "<a href='/download?id=7'>质量年度报告.pdf</a>",
    ],
)
def test_a_file_shown_or_served_by_a_script_is_a_file(body: str) -> None:
    assert len(read_article(f"<div id=zoom>{body}</div>".encode(), ARTICLE).attachments) == 1


def test_files_of_the_frame_are_not_the_articles() -> None:
    page = "<div id=zoom>正文</div><div>附件：</div><div class=footer>附件下载 <a href='/d/help.doc'>帮助</a></div>"
    assert read_article(page.encode(), ARTICLE).attachments == ()


def test_a_body_under_no_known_name_is_the_part_with_the_running_text() -> None:
    text = "学校现有在校生2310人，专任教师152人。" * 10
    menu = "".join(f"<li><a href='/{n}/'>栏目{n}</a></li>" for n in range(80))
    article = read_article(
        f"<div class=nav><ul>{menu}</ul></div><div class=x><p>{text}</p></div>".encode(), ARTICLE
    )
    assert article.text == text
    assert not read_article(
        f"<div><ul>{menu}</ul></div><h1>{TITLE}</h1><div class=x></div>".encode(), ARTICLE
    ).has_body


@pytest.mark.parametrize(
    "body",
    [
        "<div class='article-content'><p>学校有在校生100人，教师20人。</p></div>",
        "<div class='con'>学校有在校生100人，教师20人。</div>",
        "<div id='UCAP-CONTENT'><p>在校生100人</p></div>",
        "<table><tr><td><font>学校有在校生100人，教师20人。</font></td></tr></table>",
    ],
)
def test_a_short_body_under_another_name_is_a_body(body: str) -> None:
    assert read_article(f"{FRAME}{body}".encode(), ARTICLE).has_body


def test_a_frame_without_a_body_is_none_however_much_it_says() -> None:
    assert not read_article(FRAME.encode(), ARTICLE).has_body


def test_an_empty_editor_within_a_box_of_labels_is_no_body() -> None:
    labels = "<table><tr><td>索引号</td><td>A-1</td></tr></table>"
    box = f"<div class=zwxl-article><h1>{TITLE}</h1>{labels}<div class=TRS_Editor></div></div>"
    assert not read_article(box.encode(), ARTICLE).has_body
