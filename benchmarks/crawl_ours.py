"""`python -m benchmarks.crawl_ours LIST FOLDER`: crawl one list with no pause, and print what it took."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from scrapers.crawl import crawl_source
from scrapers.landing import Landing
from scrapers.sources import Source


def main(url: str, folder: str) -> None:
    """Crawl, and print a JSON object."""
    parts = urlsplit(url)
    source = Source(
        id="many", name="many", district="500100", base=f"{parts.scheme}://{parts.netloc}", lists=(parts.path,),
        pause=0, season=None,
    )  # fmt: skip
    start = time.perf_counter()
    run = crawl_source(source, Landing(Path(folder)), log=lambda _: None)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    print(json.dumps({"seconds": seconds, "megabytes": peak, "new": run.new, "requests": run.requests}))


if __name__ == "__main__":
    main(*sys.argv[1:])
