"""Numbers in running text: from a paragraph to observations."""
