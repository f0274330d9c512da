"""Dagster: the one way from sources to a release. The command line, the schedule and the UI start the same job."""

import warnings

# Dagster calls its single-run backfills beta at every start; a person at a terminal can do nothing about it.
warnings.filterwarnings("ignore", message=r".*currently in beta.*")
