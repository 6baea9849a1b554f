"""Parts of a running service that end, hang or lie, and what must come of it."""
