"""`python -m modelserver.bench.probe`: what this machine is, and whether our CUDA code runs on it.

Ends with 1 where it does not. Without a GPU the probe runs on a processor.
"""

import sys

import torch
import triton
import tvm_ffi

from modelserver.kernels import Unsupported
from modelserver.kernels.fused_moe_w4a16 import cuda_build


def main() -> int:
    on_gpu = torch.cuda.is_available()
    print(
        f"Python {sys.version.split()[0]}, torch {torch.__version__}, Triton {triton.__version__}"
    )
    print(f"tvm-ffi {tvm_ffi.__version__}")
    print(torch.cuda.get_device_name() if on_gpu else "a machine without a GPU")
    try:
        library = cuda_build.loaded("cuda", cuda_build.SUBNORMAL)
        print("the CUDA library loads")
        device = "cuda" if on_gpu else "cpu"
        probed = library if on_gpu else cuda_build.loaded("cpu", cuda_build.SUBNORMAL)
        mma, fma = cuda_build.probed(probed, device)
        print(f"mma keeps subnormal bf16: {mma}, fma.bf16x2 does: {fma}")
        print(f"decode computes with {cuda_build.codes_for(mma, fma)} codes")
        cuda_build.load("cuda")
    except (Unsupported, RuntimeError) as error:
        print(f"our CUDA kernels do not run here: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
