"""Benchmarks of the model server: each prints ratios to a named peer measured in the same run."""
