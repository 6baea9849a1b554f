"""What of a GPU kernel is compiled ahead of time, and what its machine code must keep to.

A module `triton*.py` or `cuda*.py` in a kernel's folder offers `aot_variants()`, a sequence of the
dataclasses here, one for each instance of a kernel that is used. `modelserver.kernels.aot` finds
the modules by their names and holds every variant to its gate; no GPU is needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SHARED_MEMORY = 227 * 1024  # bytes that a block can have on sm_90
REGISTERS = 255  # that a thread can have


@dataclass(frozen=True)
class Gate:
    """Limits of one variant. Spilled registers and a stack are always refused.

    mma: "HMMA" (mma.sync) or "HGMMA" (wgmma), which the kernel must contain, None for neither.
    mma_per_256: how many of them multiply 256 weights, of one warp: tokens / 8 for the
        m16n8k16 HMMA with the weights as its A operand, 1 for any HGMMA with the weights as A.
    instructions_per_256: limit of what a warp issues in the main loop for 256 weights.
    opcodes: others that must occur, such as "UBLKCP" (cp.async.bulk).
    synchronisation: how often others occur, no more and no less: see kernels.synchronisation.
    """

    mma: str | None = "HMMA"
    mma_per_256: float = 1.0
    instructions_per_256: float | None = None
    registers: int = REGISTERS
    shared: int = SHARED_MEMORY
    opcodes: tuple[str, ...] = ()
    synchronisation: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class TritonVariant:
    """One instance of a @triton.jit function.

    signature: Triton's type of every run-time argument, as "*bf16", "*i32", "i32", "fp32";
    constexprs: value of every tl.constexpr argument; divisible: run-time arguments that are
    multiples of 16 (a pointer's address in bytes); options: Triton's own, such as maxnreg.
    """

    name: str
    function: object
    signature: Mapping[str, str]
    constexprs: Mapping[str, object]
    gate: Gate
    divisible: frozenset[str] = frozenset()
    warps: int = 4
    stages: int = 3
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class CudaVariant:
    """One __global__ function of a CUDA source, compiled for sm_90a with `defines`.

    function: part of its mangled name, where the source has several; shared: bytes of dynamic
    shared memory that a launch asks for; include: further folders for headers.
    """

    name: str
    source: Path
    gate: Gate
    defines: Mapping[str, int | str] = field(default_factory=dict)
    function: str = ""
    shared: int = 0
    include: tuple[Path, ...] = ()


Variant = TritonVariant | CudaVariant
