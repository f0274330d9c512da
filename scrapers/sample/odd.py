"""The odd offices of the sample site: servers that are slow, busy, moved, guarded or broken. See `odd.yaml`."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from http import HTTPStatus
from typing import Any

import yaml

from scrapers.sample.figures import HERE
from scrapers.sample.resources import Resource

ODD_SOURCES = HERE / "odd_sources"
_LAST = 99
_SENTENCE = (
    "{about}2025年度有在校生{pupils}人，专任教师{teachers}人，其中双师型教师{dual}人。学校坚持立德树人，"
    "深化产教融合与校企合作，完善内部质量保证体系，毕业生去向落实情况良好，社会服务能力持续增强。"
)


@dataclass(frozen=True, slots=True)
class _Article:
    date: date
    id: int
    title: str
    as_: str = "report"
    at: str = ""
    files: tuple[Mapping[str, str], ...] = ()
    new_in: int = 1
    gone_in: int = _LAST
    revised_in: int = _LAST
    moved_in: int = _LAST


@dataclass(frozen=True, slots=True)
class _Office:
    id: str
    host: str
    name: str
    column: str
    charset: str = "utf-8"
    packed: bool = False
    list: str = "lines"
    per_page: int = 20
    robots: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    articles: tuple[_Article, ...] = ()

    @property
    def base(self) -> str:
        return f"http://{self.host}{self.column}"


@cache
def odd_resources(edition: int) -> Mapping[str, Resource]:
    """Every address of the odd offices in an edition, and what it answers."""
    found: dict[str, Resource] = {}
    for office in _offices():
        if office.robots:
            found[f"http://{office.host}/robots.txt"] = Resource(office.robots.encode(), "text/plain", {})
        if office.answers:
            page, status = office.answers["page"].encode(), office.answers.get("status", HTTPStatus.OK)
            found[office.base] = Resource(page, "text/html; charset=utf-8", {}, status=status)
            continue
        shown = [article for article in office.articles if article.new_in <= edition < article.gone_in]
        for article in shown:
            found |= dict(_article(office, article, edition))
        found |= dict(_list(office, shown, edition))
    return found


def _url(office: _Office, article: _Article, edition: int) -> str:
    column = "/bm/xjw/zwgk_77/lnbg/" if edition >= article.moved_in else article.at or office.column
    return f"http://{office.host}{column}{article.date:%Y%m}/t{article.date:%Y%m%d}_{article.id}.html"


def _page(office: _Office, content: str, title: str) -> Resource:
    frame = (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}-{office.name}</title></head><body>"
        f"<div class='top'><a href='/'>首页</a> <a href='{office.column}'>职业教育质量年度报告</a></div>{content}"
        f"<div class='footer'>主办：{office.name}（样例）<a href='/bz/help.pdf'>网站帮助</a></div></body></html>"
    )
    body = frame.encode(office.charset)  # the meta tag lies where the charset is another: the bytes decide
    headers = {"etag": f'"{hashlib.sha256(body).hexdigest()[:16]}"'}
    if office.packed:
        body, headers = gzip.compress(body, mtime=0), {**headers, "content-encoding": "gzip"}
    return Resource(body, "text/html", headers)


# --- articles


def _article(office: _Office, article: _Article, edition: int) -> Iterator[tuple[str, Resource]]:
    url = _url(office, article, edition)
    school = article.title.partition("质量")[0]
    size = 900 + article.id % 700 + (40 if edition >= article.revised_in else 0)
    text = _SENTENCE.format(about=school, pupils=size, teachers=size // 16, dual=size // 25)
    linked = {"body": "", "below": "", "script": ""}
    for file in article.files:
        address = f"./{file['name']}"
        if file["in"] == "host":
            address = f"http://files.{office.id}.sample/{file['name']}"
            yield address, _file(file, text)
        else:
            yield f"{url.rpartition('/')[0]}/{file['name']}", _file(file, text)
        anchor = f'<a href="{address}">{file["title"]}</a>'
        linked["body" if file["in"] == "host" else file["in"]] += anchor
    said = {"no_file": "现予公布，全文见附件。", "notice": "有关事项见正文，请遵照执行。"}.get(
        article.as_, text
    )
    body = "现予公布，全文见附件：" if article.files else said
    editor = f"<div class='xl-con TRS_UEDITOR trs_paper_default'><p>{body}</p>{linked['body']}</div>"
    content = f"<h2 class='tit'>{article.title}</h2>{editor}"
    if linked["below"]:
        content += f"<div class='fj'>附件下载：{linked['below']}</div>"
    if linked["script"]:
        escaped = linked["script"].replace("/", "\\/")
        content += f"<script>var file_appendix = '{escaped}'; document.write(file_appendix);</script>"
    if article.as_ == "soft_404":
        content = "<div class='con'><h3>您访问的页面不存在或已被删除</h3></div>"
    if article.as_ == "no_body":
        content = f"<h2 class='tit'>{article.title}</h2><div class='TRS_UEDITOR'></div>"
    yield from _answers(office, article, url, _page(office, content, article.title))


def _answers(office: _Office, article: _Article, url: str, page: Resource) -> Iterator[tuple[str, Resource]]:
    """What the article's address answers, first and at last."""
    elsewhere = url.replace(office.column, f"{office.column.rstrip('/')}_new/")
    if article.as_ == "gone":
        return
    if article.as_ == "moved":
        yield url, Resource(b"", "text/html", {"location": elsewhere}, status=HTTPStatus.MOVED_PERMANENTLY)
        yield elsewhere, page
    elif article.as_ == "forward":
        sends = f"<script>window.location.href='{elsewhere}'</script>"
        yield url, Resource(f"<html><head>{sends}</head><body></body></html>".encode(), "text/html", {})
        yield elsewhere, page
    else:
        busy = Resource(b"busy", "text/plain", {"retry-after": "1"}, status=HTTPStatus.TOO_MANY_REQUESTS)
        first = {"busy": (busy,), "cut": (replace(page, cut=True),)}.get(article.as_, ())
        yield url, replace(page, delay=0.3 if article.as_ == "slow" else 0.0, first=first)
        yield url.replace(".html", "_wap.html"), page


def _file(file: Mapping[str, str], text: str) -> Resource:
    packed = {"text": b"", "zip": _zip(text), "rar": b"Rar!\x1a\x07\x01\x00" + text.encode()}[file["holds"]]
    return Resource(packed or text.encode(), "application/octet-stream", {})


class _GbkEntry(zipfile.ZipInfo):
    """A member as a Chinese Windows packs it: its name in GBK, and nothing that says so."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 zipfile's own name
        return self.filename.encode("gbk"), self.flag_bits


def _zip(text: str) -> bytes:
    """An archive with two reports, a third that would climb out of its folder, and a picture."""
    names = (
        "垫江县样例甲学校质量年度报告.txt",
        "各校/垫江县样例乙学校质量年度报告.txt",
        "../../../climbing.txt",
        "校徽.png",
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            picture = name.endswith(".png")
            archive.writestr(_GbkEntry(name), b"\x89PNG\r\n\x1a\n\0\0" if picture else f"{name}\n\n{text}")
    return packed.getvalue()


# --- lists


def _list(office: _Office, shown: Sequence[_Article], edition: int) -> Iterator[tuple[str, Resource]]:
    pages = [shown[start : start + office.per_page] for start in range(0, len(shown), office.per_page)]
    for number, items in enumerate(pages):
        if office.list == "json":
            rows = [{"docTitle": a.title, "docPubUrl": _url(office, a, edition)} for a in items]
            answer = json.dumps({"data": {"pageCount": len(pages), "rows": rows}}, ensure_ascii=False)
            yield (
                f"{office.base}list.json?page={number + 1}",
                Resource(answer.encode(), "application/json", {}),
            )
            continue
        rows_html = "".join(
            f"<div class='row'><span class='no'>{place}</span><div class='mc'>{a.title}</div>"
            f"<div class='rq'>[{a.date:%Y-%m-%d}]</div><div class='lj'><a href='{_url(office, a, edition)}'>查看</a></div></div>"
            for place, a in enumerate(items, 1)
        )
        count = f"var countPage = {len(pages)}; var current = {number};"
        pager = f"<script>{count}\ncreatePageHTML('fy', countPage, current, 'index', 'html', 60);</script>"
        page = _page(office, f"<div class='tb'>{rows_html}</div>{pager}", "教育质量")
        yield f"{office.base}index_{number}.html" if number else f"{office.base}index.html", page
        if not number:
            yield office.base, page


@cache
def _offices() -> tuple[_Office, ...]:
    documents = yaml.safe_load((HERE / "odd.yaml").read_text(encoding="utf-8"))
    return tuple(
        _Office(**{**row, "articles": tuple(map(_read_article, row.get("articles", ())))})
        for row in documents
    )


def _read_article(row: Mapping[str, Any]) -> _Article:
    values = {("as_" if key == "as" else key): value for key, value in row.items()}
    return _Article(**{**values, "files": tuple(values.get("files", ()))})
