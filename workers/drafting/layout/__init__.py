"""From what was perceived to a layout tree: paragraphs, containment, rows and columns."""
