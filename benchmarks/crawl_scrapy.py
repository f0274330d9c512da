"""`python -m benchmarks.crawl_scrapy LIST FOLDER`: the same job by Scrapy with its usual settings, and what it took."""

from __future__ import annotations

import hashlib
import json
import re
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess

from scrapers.titles import REPORT_TITLE


class Reports(scrapy.Spider):
    """List pages by `createPage`, articles by their addresses and titles, bytes kept under their hash."""

    name = "reports"
    folder: Path
    new = 0

    def parse(self, response: Any) -> Iterator[Any]:
        """A list page."""
        pages = re.search(r"createPage\((\d+), (\d+)", response.text)
        if pages and pages[2] == "0":
            yield from (response.follow(f"index_{n}.html", self.parse) for n in range(1, int(pages[1])))
        for link in response.css("a[href*='/t20']"):
            if re.search(REPORT_TITLE, link.attrib.get("title", "")):
                yield response.follow(link, self.land)

    def land(self, response: Any) -> None:
        """An article: its title, publisher and date read, its bytes kept."""
        sha256 = hashlib.sha256(response.body).hexdigest()
        row = {
            "url": response.url,
            "sha256": sha256,
            "title": response.css("meta[name=ArticleTitle]::attr(content)").get(),
            "published_on": response.css("meta[name=PubDate]::attr(content)").get(),
            "has_body": bool(response.css("[class*=trs_editor]")),
        }
        (self.folder / f"{sha256}.html").write_bytes(response.body)
        with (self.folder / "manifest.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        type(self).new += 1


def main(url: str, folder: str) -> None:
    """Crawl, and print a JSON object."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    Reports.folder, Reports.start_urls = Path(folder), [url]
    start = time.perf_counter()
    process = CrawlerProcess({"ROBOTSTXT_OBEY": True, "LOG_LEVEL": "ERROR", "DOWNLOAD_DELAY": 0})
    process.crawl(Reports)
    process.start()
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    print(json.dumps({"seconds": seconds, "megabytes": peak, "new": Reports.new}))


if __name__ == "__main__":
    main(*sys.argv[1:])
