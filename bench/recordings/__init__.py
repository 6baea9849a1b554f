"""Pages with interactions, recorded as they are used, with the truth of it."""
