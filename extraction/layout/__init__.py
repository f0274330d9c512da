"""From landed text to blocks: which lines are paragraphs, which are tables, and which of their cells are whose."""
