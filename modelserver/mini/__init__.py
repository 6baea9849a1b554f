"""Kimi mini: a small model of the K2.5 architecture for a small domain of pages."""
