"""What the model server's tests share."""

import mockwright_cpu

# compressed-tensors imports transformers, and that imports torchvision, whose wheel is CUDA's
mockwright_cpu.install()
