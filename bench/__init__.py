"""Measurements of Mockwright. Never part of the tests: a figure here names its machine and peer."""
