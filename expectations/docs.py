"""Data Docs: the results of a run as static HTML in Chinese and English, an index and a page for each suite.

The pages of Great Expectations itself load a dozen files from elsewhere and put values into the HTML as they are, so that
a `<script>` in a school's name would run. These have its results and its wording, everything in them is escaped by Jinja,
and they consist of HTML and one stylesheet: no script, no request. Where a number stands is text, never a link.
"""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from expectations.records import SEVERITIES, CheckResult, Finding, Severity
from expectations.rules import Rule, Suite, Text

TEMPLATES = Path(__file__).with_name("templates")
STYLESHEET = "style.css"
SHOWN = 200
"""Findings shown of one rule; the table `fct_finding` has all."""

SEVERITY_NAMES: dict[Severity, Text] = {
    "blocks": Text(zh="阻断", en="blocks"),
    "warns": Text(zh="警告", en="warns"),
    "notes": Text(zh="提示", en="notes"),
}


def write_docs(
    folder: Path,
    suites: Sequence[Suite],
    results: Sequence[CheckResult],
    findings: Sequence[Finding],
    wording: Callable[[Rule], str],
) -> Path:
    """Write `index.html`, `<suite>.html` for each suite and the stylesheet into `folder`; the path of the index."""
    by_rule: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_rule[finding.rule].append(finding)
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        suites=suites,
        results={result.rule: result for result in results},
        findings=by_rule,
        counts=Counter((finding.suite, finding.severity) for finding in findings),
        severities=SEVERITIES,
        severity_names=SEVERITY_NAMES,
        wording=wording,
        shown=SHOWN,
    )
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(TEMPLATES / STYLESHEET, folder / STYLESHEET)
    for suite in suites:
        page = environment.get_template("suite.html.jinja").render(suite=suite)
        (folder / f"{suite.suite}.html").write_text(page, encoding="utf-8")
    index = folder / "index.html"
    index.write_text(environment.get_template("index.html.jinja").render(), encoding="utf-8")
    return index
