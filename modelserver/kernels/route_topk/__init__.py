"""Routing of tokens to experts, and the order in which the experts' kernels take them."""
