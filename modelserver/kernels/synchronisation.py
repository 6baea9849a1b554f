"""How often the machine code of each kernel orders what its threads do, and what for.

A barrier or a fence that is dropped shows neither in Triton's interpreter nor under lanes, where
each access is seen by all at once, and on a GPU seldom. So they are counted in the machine code.
The numbers hold for the pinned compilers, and of another Triton its own are not asked. Where one
differs, find out why before writing it down: fewer is one lost, or one that the compiler could
prove useless; more is a path written out twice.

A line's numbers are those of every variant that its pattern fits, in the order of COLUMNS. Behind
them is where BAR.SYNC is from, once each unless a number says otherwise:

- init: the ring's barriers are made; exchange: of sums between warps, before and after;
- entries: of a tile, before its product and after; count: of a token's rows, in the combine, with
  a fence before and after and an atomic that is both;
- meet: all blocks, with two fences, an atomic and a load;
- room, ranks, starts: of moe_align, where the atomics say who is last, that the starts are there
  and that all have left;
- Triton: its own, around what it keeps in shared memory.

fence.proxy.async is init's, twice with what comes with it, and prefill's for each stage opened, at
two places for each width that is written out (×4: four widths).
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase

TRITON = "3.9"
COLUMNS = {
    "BAR.SYNC": "__syncthreads, bar.sync and tl.debug_barrier",
    "MEMBAR.ALL.GPU": "fence.acq_rel.gpu, and an atomic that releases",
    "CCTL.IVALL": "the same fence, and an atomic or a load that acquires",
    "FENCE.VIEW.ASYNC": "fence.proxy.async",
    "ACQBULK": "griddepcontrol.wait",
    "PREEXIT": "griddepcontrol.launch_dependents",
    "SYNCS.ARRIVE": "mbarrier.arrive",
    "SYNCS.PHASECHK": "mbarrier.try_wait, twice for each wait",
    "ARRIVES": "cp.async.mbarrier.arrive",
    "DEPBAR": "cp.async.wait",
    "WARPGROUP.ARRIVE": "wgmma.fence",
    "WARPGROUP.DEPBAR": "wgmma.wait_group",
}

TABLE = """
cuda-decode-gateup-*           3  0  0  2  1  1  2  4  0  0  0  0  init, exchange 2
cuda-decode-down-wide-*        5  3  3  2  1  0  2  4  0  0  0  0  init, exchange 2, count 2
cuda-decode-down-flat-*        3  3  3  2  1  0  2  4  0  0  0  0  init, count 2
cuda-block                     8  6  7  4  1  0  4  8  0  0  0  0  init, exchange, meet, count: 2
cuda-prefill-gateup-32         3  0  0  4  1  1  1  6  1  1  8  9  init, entries 2; ×1
cuda-prefill-gateup-64         3  0  0  6  1  1  2 10  1  1 16 18  init, entries 2; ×2
cuda-prefill-gateup-128        3  0  0 10  1  1  4 18  1  1 32 36  init, entries 2; ×4
cuda-prefill-down-32           5  3  3  4  1  0  1 10  3  1  8  9  init, entries 2, count 2; ×1
cuda-prefill-down-64           5  3  3  6  1  0  2 10  1  1 16 18  init, entries 2, count 2; ×2
cuda-prefill-down-128          5  3  3 10  1  0  4 18  1  1 32 36  init, entries 2, count 2; ×4
k2.5*-gate_up-decode-8x16      3  0  0  0  0  0  0  0  0  2  0  0  Triton
k2.5*-gate_up-decode-8x64      4  0  0  0  0  0  0  0  0  2  0  0  Triton
k2.5*-gate_up-decode-8x128     4  0  0  0  0  0  0  0  0  2  0  0  Triton
k2.5*-gate_up-decode-16x128    6  0  0  0  0  0  0  0  0  2  0  0  Triton
k2.5*-gate_up-prefill-32x128   6  0  0  2  0  0  0  0  0  2  2  3  Triton
k2.5*-gate_up-prefill-64x128  10  0  0  2  0  0  0  0  0  2  2  3  Triton
k2.5*-gate_up-prefill-128x256 19  0  0  2  0  0  0  0  0  2  2  3  Triton
k2.5*-down-decode-8x128        8  1  1  0  0  0  0  0  0  2  0  0  count 2, Triton 6
k2.5*-down-decode-16x128      12  1  1  0  0  0  0  0  0  2  0  0  count 1, Triton 11 (1 count)
k2.5*-down-prefill-32x128     14  1  1  2  0  0  0  0  0  2  2  3  count 2, Triton 12
k2.5*-down-prefill-64x128     28  1  1  2  0  0  0  0  0  2  2  3  count 1, Triton 27 (1 count)
k2.5*-down-prefill-128x256    45  1  1  2  0  0  0  0  0  2  2  3  count 1, Triton 44 (1 count)
moe_align-one                 28  0  0  0  0  0  0  0  0  0  0  0  room, ranks 2, starts, Triton
moe_align-few                 31  1  1  0  0  0  0  0  0  0  0  0  the same; one atomic
moe_align-many                36  3  3  0  0  0  0  0  0  0  0  0  the same; three atomics
"""


def of(variant: str) -> Mapping[str, int]:
    """What a variant's machine code must hold. Raises ValueError unless one line fits its name."""
    lines = [line.split(maxsplit=len(COLUMNS) + 1) for line in TABLE.split("\n") if line]
    fitting = [numbers for pattern, *numbers in lines if fnmatchcase(variant, pattern)]
    if len(fitting) != 1:
        raise ValueError(
            f"{len(fitting)} lines of synchronisation.TABLE are for {variant}, not one"
        )
    return {name: int(number) for name, number in zip(COLUMNS, fitting[0][:-1], strict=True)}
