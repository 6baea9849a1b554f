"""Tests of the model server; they run in its own environment."""
