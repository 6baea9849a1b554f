"""The order in which the experts' kernels take tokens: what others call moe_align_block_size."""
