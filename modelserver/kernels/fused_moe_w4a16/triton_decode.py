"""The product of INT4 weights with a few tokens' activations: one warp-level MMA, weights first.

The weights fill the MMA's sixteen rows and the tokens its eight columns (swap-AB), so that nothing
is wasted on padding. A code is fed as the bf16 128 + code, which is one `lop3` away from its
nibble; what that adds to a group's sum, 136 · Σx, is taken off by where the sum starts: a product
of the constant −136 with the same activations, which all rows of a warp share. The group's scale
meets the fp32 sum, so no weight is ever rounded.
"""

# mypy: disable-error-code="no-untyped-def,untyped-decorator"
# ruff: noqa: N803

import triton
import triton.language as tl

from modelserver.kernels.fused_moe_w4a16.triton_codes import biased_codes, group_scales


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
    """One expert's weights times x, fp32 [rows, tokens].

    x [.., COLUMNS] bf16, of which `sources` int32 [tokens] are taken; words int16 and scales int64
    point to the expert's first block, `rows` int32 are the rows wanted; the strides lead from one
    block of 128 columns to the next.
    """
    column = tl.arange(0, 32)
    word = words + rows[:, None] * 32 + column[None, :]
    scale = scales + rows
    value = x + sources[None, :] * COLUMNS + column[:, None]
    kind: tl.constexpr = tl.float32 if INTERPRETED else tl.bfloat16
    minus_bias = tl.full((rows.shape[0], 32), -136.0, kind)
    total = tl.zeros((rows.shape[0], sources.shape[0]), tl.float32)
    for _ in tl.range(0, COLUMNS // 128, num_stages=STAGES):
        codes = biased_codes(tl.load(word), INTERPRETED)
        steps = group_scales(tl.load(scale))
        for group in tl.static_range(4):
            values = tl.load(value + 32 * group).to(kind)
            start = tl.dot(minus_bias, values)
            total += tl.dot(codes[group], values, start) * steps[group][:, None]
        word += WORDS_STRIDE
        scale += SCALES_STRIDE
        value += 128
    return total
