"""Models for tests and demonstrations: a script, and faults from a seed."""
