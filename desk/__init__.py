"""The quality owner's desk: the findings of the last run, what they cite, and the decisions taken on them.

A folder of its own, since it needs both sides of the warehouse and belongs to neither: it reads the snapshot that the
expectations leave and writes the review ledger. It knows no Dagster, no dbt and no warehouse file.
"""
