"""Tests of the GPU kernels, most of which need no GPU; they run where Triton is installed."""
