"""The record of Mockwright and its web side."""

__version__ = "0.1.0"
