"""Small kernels to try the ahead-of-time gate on; compiled in a process of their own."""

from pathlib import Path

import triton
import triton.language as tl

from modelserver.kernels.variants import CudaVariant, Gate, TritonVariant, Variant

SOURCE = Path(__file__).with_name("gated.cu")


@triton.jit  # type: ignore[untyped-decorator]
def product(a, b, out, steps, SIZE: tl.constexpr):  # type: ignore[no-untyped-def]  # noqa: N803
    rows = tl.arange(0, SIZE)
    place = rows[:, None] * SIZE + rows[None, :]
    total = tl.zeros((SIZE, SIZE), tl.float32)
    for _ in range(steps):
        total = tl.dot(tl.load(a + place), tl.load(b + place), total)
        a += SIZE * SIZE
    tl.store(out + place, total)


@triton.jit  # type: ignore[untyped-decorator]
def scale(a, b, out, steps, SIZE: tl.constexpr):  # type: ignore[no-untyped-def]  # noqa: N803
    place = tl.arange(0, SIZE)
    tl.store(out + place, tl.load(a + place) * tl.load(b + place) * steps)


def of_triton(
    name: str, function: object, gate: Gate, size: int = 64, **options: object
) -> TritonVariant:
    signature = {"a": "*bf16", "b": "*bf16", "out": "*fp32", "steps": "i32"}
    divisible = frozenset({"a", "b", "out"})
    return TritonVariant(
        name, function, signature, {"SIZE": size}, gate, divisible, stages=2, options=options
    )


def of_cuda(name: str, gate: Gate, values: int = 4, blocks: int = 1) -> CudaVariant:
    return CudaVariant(name, SOURCE, gate, {"VALUES": values, "BLOCKS": blocks}, shared=1024)


def aot_variants() -> list[Variant]:
    return [
        of_triton("triton-good", product, Gate("HGMMA", instructions_per_256=200.0)),
        of_triton("triton-without-mma", scale, Gate("HMMA")),
        of_triton("triton-spilling", product, Gate("HGMMA"), size=128, maxnreg=152),
        of_triton("triton-too-long", product, Gate("HGMMA", instructions_per_256=1.0)),
        TritonVariant("triton-wrong-arguments", scale, {"turns": "i32"}, {"SIZE": 64}, Gate()),
        of_cuda("cuda-good", Gate(instructions_per_256=16.0)),
        of_cuda("cuda-spilling", Gate(), values=24, blocks=16),
        of_cuda("cuda-too-many-registers", Gate(registers=16)),
        of_cuda("cuda-too-much-shared", Gate(shared=1000)),
        of_cuda("cuda-without-bulk-copy", Gate(opcodes=("UBLKCP",))),
        of_cuda("cuda-without-barrier", Gate(synchronisation={"BAR.SYNC": 2})),
        CudaVariant("cuda-broken", SOURCE, Gate(), {"BLOCKS": "no_such"}),
        CudaVariant("cuda-missing-function", SOURCE, Gate(), {"BLOCKS": 1}, function="decode"),
    ]
