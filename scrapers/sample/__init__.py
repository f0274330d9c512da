"""The embedded default: a small government site of made-up districts, and what its reports really say.

`site.yaml` lists what was published, `figures/` holds the figures, `templates/` how the pages look,
`contradictions.csv` every number printed wrong on purpose. `SOURCES` are the source files that crawl it,
`serve_sample` the site itself. `odd.yaml` has
offices whose servers misbehave, for tests and for a look: `ODD_SOURCES`. `python -m scrapers.sample` shows it in a browser.
"""

from scrapers.sample.figures import HERE
from scrapers.sample.odd import ODD_SOURCES
from scrapers.sample.server import serve_sample

SOURCES = HERE / "sources"

__all__ = ["ODD_SOURCES", "SOURCES", "serve_sample"]
