"""Tests of the model server's benchmarks."""
