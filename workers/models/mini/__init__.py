"""Kimi mini, on our own model server, spoken to in its own dialect."""
