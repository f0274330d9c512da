"""From a landed file to observations: reader -> landed text -> tables and statements -> numbers with their place.

Knows no site and no database. The way through is `extract.py`; the words it knows are the seeds of the dbt project.
"""
