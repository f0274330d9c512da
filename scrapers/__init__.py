"""Find new reports on government sites and keep them: sources, crawling, downloading, the landing zone.

Nothing here reads a number out of a report: a landed file is bytes with a manifest row. See `records`.
"""
