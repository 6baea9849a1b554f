"""Lets unmodified SGLang import on a machine without a GPU.

SGLang imports `triton` and `sgl_kernel` at module level, in every one of its processes, long before
it looks at its device or loads a plugin. The packages of those names are built for CUDA: 250 MB and
373 MB that could not run here. So this distribution answers for them, and it must do so before the
first line of SGLang runs, in processes that SGLang itself spawns. `mockwright_cpu.pth` is the one
place that Python reads that early: `site` executes it when an interpreter starts. It costs one
look at the environment, and does nothing unless SGLANG_USE_CPU_ENGINE is 1, which is how SGLang
itself is told to serve on the CPU.

A package that is really installed is never hidden.
"""

import sys


def install() -> None:
    """Put the stand-ins behind everything that is really installed. Safe to call twice."""
    from mockwright_cpu.finder import StandIns  # noqa: PLC0415 - not on every interpreter's start

    if not any(isinstance(finder, StandIns) for finder in sys.meta_path):
        sys.meta_path.insert(0, StandIns())
