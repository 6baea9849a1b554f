"""`python -m modelserver.bench.small`: every kernel for GPUs once on small shapes, and compared.

Little enough to run under compute-sanitizer; without a GPU it is interpreted, if TRITON_INTERPRET
is set. Ends with 1 when a result is wrong, and when a kernel loads nowhere or serves no shape.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module

import torch

from modelserver.bench import gate
from modelserver.bench.layouts import ROUTINGS, Layout, draw, drawn_weights
from modelserver.bench.peers_gpu import aligner
from modelserver.bench.peers_gpu.ours import Kernel
from modelserver.kernels import Unsupported
from modelserver.kernels.fused_moe_w4a16 import gpu

LAYOUTS = (
    Layout("whole", experts=6, inner=128, tokens=(1, 3, 40), routed=6, hidden=256, slots=2),
    Layout("part", experts=3, inner=256, tokens=(5,), routed=6, hidden=128, slots=3),
)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--routings", nargs="+", choices=list(ROUTINGS), default=list(ROUTINGS))
    routings = parser.parse_args(arguments).routings
    device = "cuda" if torch.cuda.is_available() else "cpu"
    bad = False
    for name in gpu.KERNELS:
        wrong = list(compared(name, LAYOUTS, device, routings))
        print("\n".join(wrong) or f"{name} gives what the formula gives", flush=True)
        bad = bad or bool(wrong)
    return int(bad)


def compared(
    name: str, layouts: Sequence[Layout], device: str, routings: Sequence[str]
) -> Iterator[str]:
    """Runs a kernel on each routing; a line for each result that is wrong, or for none at all."""
    served, reason = 0, "there is no layout"
    for layout in layouts:
        w13, w2 = drawn_weights(layout, device)
        try:
            loaded = Kernel(import_module(gpu.KERNELS[name]), aligner()).load(layout, w13, w2)
        except (ImportError, OSError, Unsupported) as error:
            reason = str(error)
            continue
        for tokens in layout.tokens:
            for seed, routing in enumerate(routings):
                drawn = draw(layout, tokens, routing, seed, device)
                truth = gate.formula(drawn, w13, w2)
                try:
                    gate.check([loaded.block(drawn)()], [truth], [drawn], loaded.tolerance)
                    served += 1
                except Unsupported as error:
                    reason = str(error)
                except gate.WrongResult as wrong:
                    served += 1
                    yield f"{name} {layout.name} T={tokens} {routing}: {wrong}"
    if not served:
        yield f"{name} did not run: {reason}"


if __name__ == "__main__":
    sys.exit(main())
