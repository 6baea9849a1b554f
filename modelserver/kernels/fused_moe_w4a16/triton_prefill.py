"""The product of INT4 weights with many tokens' activations: one warpgroup MMA, weights first.

The weights become bf16 in registers, scale and all, and go to the MMA from there; the activations
go from shared memory. With 32 tokens and more that takes fewer instructions than a scale on every
sum, as few tokens have it.

All 128 columns of a block are one product, which Triton cuts in two. It then waits for the product
before the last one, so that one half of the weights is made while the other is multiplied.
"""

# mypy: disable-error-code="no-untyped-def,untyped-decorator"
# ruff: noqa: N803

import triton
import triton.language as tl

from modelserver.kernels.fused_moe_w4a16.triton_codes import weights_of_two_groups


@triton.jit
def product(
    x,
    words,
    scales,
    sources,
    rows,
    COLUMNS: tl.constexpr,
    WORDS_STRIDE: tl.constexpr,
    SCALES_STRIDE: tl.constexpr,
    STAGES: tl.constexpr,
    INTERPRETED: tl.constexpr,
):
    """One expert's weights times x, fp32 [rows, tokens]. The arguments are triton_decode's."""
    word = words + rows[:, None] * 32 + tl.arange(0, 32)[None, :]
    scale = scales + rows
    value = x + sources[None, :] * COLUMNS + tl.arange(0, 128)[:, None]
    kind: tl.constexpr = tl.float32 if INTERPRETED else tl.bfloat16
    total = tl.zeros((rows.shape[0], sources.shape[0]), tl.float32)
    for _ in tl.range(0, COLUMNS // 128, num_stages=STAGES):
        packed = tl.load(word)
        steps = tl.load(scale)
        values = tl.load(value).to(kind)
        first = weights_of_two_groups(packed, steps, 0, INTERPRETED)
        second = weights_of_two_groups(packed, steps, 1, INTERPRETED)
        weights = tl.join(first, second).permute(0, 2, 1).reshape(rows.shape[0], 128)
        total = tl.dot(weights, values, total)
        word += WORDS_STRIDE
        scale += SCALES_STRIDE
        value += 128
    return total
