"""The kernels as they are compiled ahead of time: Kimi K2.5's layers, whole and in slices of TP8.

Instructions are counted in the innermost loop with the most matrix instructions, from its head to
its jump back, all of one warp, and divided by the 16 × 16 tiles of weights that the warp multiplies
in it. A decode tile of 16 × 16 is one HMMA for eight tokens; those that make the offsets are in the
loop as well, one for each 16 columns, whatever the warp's rows.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from modelserver.kernels import synchronisation, toolchain
from modelserver.kernels.fused_moe_w4a16 import tuning
from modelserver.kernels.fused_moe_w4a16.triton_blocks import down, gate_up
from modelserver.kernels.fused_moe_w4a16.tuning import Config, Device, Shape, Tile
from modelserver.kernels.variants import Gate, TritonVariant

OPTIONS = {"enable_fp_fusion": True}  # a scale and a sum are one instruction
SHAPES = {"k2.5": Shape(384, 7168, 2048), "k2.5-tp8": Shape(384, 7168, 256)}
TOKENS = (1, 8, 128, 512, 1024, 2048, 8192)
SLOTS = 8
H100 = Device("NVIDIA H100 80GB HBM3", 132)

WIDE = {"3.6": 17.5}  # instructions at 8 tokens, where a Triton needs more than others

POINTERS = {
    **dict.fromkeys(("x", "inner", "y"), "*bf16"),
    **dict.fromkeys(
        (
            "sorted_token_ids",
            "expert_ids",
            "num_tokens_post_padded",
            "ids",
            "arrivals",
        ),
        "*i32",
    ),
    **dict.fromkeys(("weights", "terms"), "*fp32"),
    "words": "*i16",
    "scales": "*i64",
}
NUMBERS = {"tokens": "i32", "blocks": "i32"}


def aot_variants() -> tuple[TritonVariant, ...]:
    """What the rule chooses on an H100 for one token and for thousands."""
    found = {
        variant.name: variant
        for name, shape in SHAPES.items()
        for tokens in TOKENS
        for variant in variants(name, shape, tuning.lookup(shape, tokens * SLOTS, H100))
    }
    return tuple(found.values())


def variants(name: str, shape: Shape, config: Config) -> Iterator[TritonVariant]:
    """Both kernels of a configuration."""
    rows, columns = 2 * shape.inner, shape.hidden
    yield variant(f"{name}-gate_up", gate_up, shape, config, config.gate_up, (rows, columns))
    rows, columns = columns, shape.inner
    yield variant(f"{name}-down", down, shape, config, config.down, (rows, columns))


def variant(
    name: str, kernel: Any, shape: Shape, config: Config, tile: Tile, weight: tuple[int, int]
) -> TritonVariant:
    rows, columns = weight
    constants: dict[str, object] = {
        "SLOTS": SLOTS,
        "INNER": shape.inner,
        "HIDDEN": shape.hidden,
        "EXPERTS": shape.experts,
        "EXPERT_STRIDES": (rows * columns // 4, rows * columns // 128),
        "BLOCK_STRIDES": (rows * 32, rows),
        "TOKENS": config.tokens,
        "ROWS": tile.rows,
        "STAGES": tile.stages,
        "DECODE": config.phase == "decode",
        "INTERPRETED": False,
    }
    types = POINTERS | NUMBERS
    if config.phase == "prefill":
        types["terms"] = "*bf16"
    arguments = kernel.arg_names
    name = f"{name}-{config.phase}-{config.tokens}x{tile.rows}"
    return TritonVariant(
        name=name,
        function=kernel,
        signature={each: types[each] for each in arguments if each in types},
        constexprs={each: constants[each] for each in arguments if each in constants},
        gate=replace(gate(config, tile), synchronisation=synchronisation.of(name)),
        divisible=frozenset(POINTERS).intersection(arguments),
        warps=tile.warps,
        options=OPTIONS,
    )


def gate(config: Config, tile: Tile) -> Gate:
    if config.phase == "prefill":
        return Gate(mma="HGMMA", instructions_per_256=30)
    offsets = 16 * tile.warps / tile.rows
    wide = tile.rows >= 64
    limits = {8: WIDE.get(toolchain.triton_version(), 17) if wide else 22, 16: 22 if wide else 32}
    return Gate(
        mma="HMMA",
        mma_per_256=config.tokens / 8 * (1 + offsets),
        instructions_per_256=limits[config.tokens],
    )
