"""Great Expectations on the warehouse: rules as data, a result for each, and the findings that they leave.

`rules/*.yaml` says what must hold. Importing this package is cheap: Great Expectations is imported by the run alone.
"""

from expectations.history import draft_of, keep_draft, record_release
from expectations.records import CheckResult, ExpectationRun, Finding, Run, Severity
from expectations.rules import Rule, RuleError, Suite, load_suites
from expectations.run import run_expectations

__all__ = [
    "CheckResult",
    "ExpectationRun",
    "Finding",
    "Rule",
    "RuleError",
    "Run",
    "Severity",
    "Suite",
    "draft_of",
    "keep_draft",
    "load_suites",
    "record_release",
    "run_expectations",
]
