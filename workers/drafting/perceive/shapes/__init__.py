"""Panels, borders, lines, bullets and pictures."""
