"""Compressed-tensors INT4: packing, quantising, the quantise command."""
