"""Numbers in tables: from the cells of a table to its grid, and to observations."""
