"""`python -m modelserver.bench.warm`: has the peers compile their kernels, so that no cell waits.

SGLang and Humming do it when they are first called, which takes minutes. Without a GPU it is tried
whether SGLang's modules import, which is all that can be.
"""

import sys

import torch

from modelserver.bench.cell import FAILURES
from modelserver.bench.layouts import Layout, draw, drawn_weights
from modelserver.bench.peers_gpu import Unavailable, find, humming, library, marlin

LAYOUT = Layout("warm", experts=4, inner=256, tokens=(1, 64), routed=4, hidden=256, slots=2)
PEERS = ("marlin", "humming")


def main() -> int:
    if not torch.cuda.is_available():
        return imported()
    w13, w2 = drawn_weights(LAYOUT, "cuda")
    for name in PEERS:
        try:
            loaded = find(name).load(LAYOUT, w13, w2)
            for tokens in LAYOUT.tokens:
                loaded.block(draw(LAYOUT, tokens, "uniform", 1, "cuda"))()
            torch.cuda.synchronize()
            print(f"{name} is warm", flush=True)
        except (Unavailable, *FAILURES) as error:
            print(f"{name} is not: {type(error).__name__}: {error}", flush=True)
    return 0


def imported() -> int:
    missing = 0
    for name in (*marlin.MODULES, *humming.MODULES):
        try:
            library(name)
            print(f"{name} imports")
        except Unavailable as error:
            missing += 1
            print(f"{name}: {error}")
    return int(missing > 0)


if __name__ == "__main__":
    sys.exit(main())
