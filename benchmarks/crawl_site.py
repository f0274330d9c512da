"""`python -m benchmarks.crawl_site N`: serve a list of N reports, made from one report of the sample site."""

from __future__ import annotations

import sys
from datetime import date, timedelta

from scrapers.sample.resources import Resource
from scrapers.sample.server import LOOPBACK, server_of
from scrapers.sample.site import edition

HOST = "www.many.sample"
_PAGE = "http://www.fuling.sample/bm/qjw/zwgk_101/fdzdgknr/jyxx/202601/t20260106_15300321.html"
_TITLE = "涪陵区中等职业教育质量年度报告（2025年度）"
_PER_PAGE = 50


def site(articles: int) -> dict[str, Resource]:
    """The answers of the site, by address."""
    page = edition().resources[_PAGE].body.decode()
    found: dict[str, Resource] = {}
    items = []
    for number in range(articles):
        day = date(2026, 3, 31) - timedelta(days=number // 20)
        title = f"第{number}职业中学校质量年度报告（{day.year - 1}年度）"
        path = f"{day:%Y%m}/t{day:%Y%m%d}_{15000000 - number}.html"
        items.append(f'<li><a href="./{path}" title="{title}">{title[:12]}…</a><span>{day}</span></li>')
        found[f"http://{HOST}/list/{path}"] = _html(page.replace(_TITLE, title))
    pages = [items[start : start + _PER_PAGE] for start in range(0, articles, _PER_PAGE)]
    for number, part in enumerate(pages):
        script = f'<script>createPage({len(pages)}, {number}, "index", "html");</script>'
        body = f"<html><ul>{''.join(part)}</ul>{script}</html>"
        found[f"http://{HOST}/list/{f'index_{number}.html' if number else ''}"] = _html(body)
    return found


def _html(body: str) -> Resource:
    return Resource(body.encode(), "text/html; charset=utf-8", {"etag": f'"{hash(body):x}"'})


if __name__ == "__main__":
    with server_of(site(int(sys.argv[1]))) as server:
        print(f"http://{LOOPBACK}:{server.server_port}/{HOST}/list/", flush=True)
        server.serve_forever()
