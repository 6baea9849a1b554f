"""`python -m modelserver.bench.small`: every kernel for GPUs once on small shapes, and compared.

Little enough to run under compute-sanitizer; without a GPU it is interpreted, if TRITON_INTERPRET
is set. Ends with 1 when a result is wrong.
"""

import sys
from collections.abc import Iterator
from importlib import import_module

import torch

from modelserver.bench import gate
from modelserver.bench.layouts import ROUTINGS, Layout, draw, drawn_weights
from modelserver.bench.peers_gpu import router
from modelserver.bench.peers_gpu.ours import Kernel
from modelserver.kernels import Unsupported
from modelserver.kernels.fused_moe_w4a16 import gpu

LAYOUTS = (
    Layout("whole", experts=6, inner=128, tokens=(1, 3, 40), routed=6, hidden=256, slots=2),
    Layout("part", experts=3, inner=256, tokens=(5,), routed=6, hidden=128, slots=3),
)
INTERPRETED = 2e-2  # the interpreter cuts float32 off where it makes bf16 of it


def main() -> int:
    device = "cuda" if torch.cuda.is_available() else "cpu"
    wrong = [line for layout in LAYOUTS for line in compared(layout, device)]
    print("\n".join(wrong) or "every kernel gives what the formula gives")
    return bool(wrong)


def compared(layout: Layout, device: str) -> Iterator[str]:
    """Runs every kernel on every routing; a line for each result that is wrong."""
    w13, w2 = drawn_weights(layout, device)
    for name, module in gpu.KERNELS.items():
        loaded = Kernel(import_module(module), router()).load(layout, w13, w2)
        for tokens in layout.tokens:
            for seed, routing in enumerate(ROUTINGS):
                drawn = draw(layout, tokens, routing, seed, device)
                truth = gate.formula(drawn, w13, w2)
                try:
                    y = loaded.block(drawn)()
                    gate.check(
                        [y], [truth], [drawn], gate.TOLERANCE if drawn.x.is_cuda else INTERPRETED
                    )
                except Unsupported:
                    continue
                except gate.WrongResult as reason:
                    yield f"{name} {layout.name} T={tokens} {routing}: {reason}"


if __name__ == "__main__":
    sys.exit(main())
