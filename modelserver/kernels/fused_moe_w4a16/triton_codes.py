"""From packed words to numbers that an MMA takes; see quant/pack.py for the order of the nibbles.

Triton's interpreter has no inline assembly and no bf16 products, and it cuts fp32 off where it
should round to bf16. There the same numbers come from plain arithmetic.
"""

# mypy: disable-error-code="no-untyped-def,untyped-decorator"
# ruff: noqa: N803

import triton
import triton.language as tl


@triton.jit
def biased_codes(words, INTERPRETED: tl.constexpr):
    """128 + code of the four groups in int16 words, each of the words' shape."""
    if INTERPRETED:
        return (
            (words & 15).to(tl.float32) + 128,
            ((words >> 4) & 15).to(tl.float32) + 128,
            ((words >> 8) & 15).to(tl.float32) + 128,
            ((words >> 12) & 15).to(tl.float32) + 128,
        )
    return tl.inline_asm_elementwise(
        """{
        .reg .b32 w1, w2, w3;
        shr.u32 w1, $4, 4;
        shr.u32 w2, $4, 8;
        shr.u32 w3, $4, 12;
        lop3.b32 $0, $4, 0x000f000f, 0x43004300, 0xea;
        lop3.b32 $1, w1, 0x000f000f, 0x43004300, 0xea;
        lop3.b32 $2, w2, 0x000f000f, 0x43004300, 0xea;
        lop3.b32 $3, w3, 0x000f000f, 0x43004300, 0xea;
        }""",
        "=r,=r,=r,=r,r",
        [words],
        dtype=(tl.bfloat16, tl.bfloat16, tl.bfloat16, tl.bfloat16),
        is_pure=True,
        pack=2,
    )


@triton.jit
def group_scales(scales):
    """The four bf16 in each int64, as fp32."""
    low, high = scales.to(tl.int32), (scales >> 32).to(tl.int32)
    return (
        (low << 16).to(tl.float32, bitcast=True),
        (low & -65536).to(tl.float32, bitcast=True),
        (high << 16).to(tl.float32, bitcast=True),
        (high & -65536).to(tl.float32, bitcast=True),
    )


@triton.jit
def weights_of_two_groups(
    words,
    scales,
    PAIR: tl.constexpr,
    INTERPRETED: tl.constexpr,
):
    """(code − 8) · scale of groups 2·PAIR and 2·PAIR + 1 side by side, [rows, 64] from [rows, 32].

    scales int64 [rows]. The difference is exact; the product is rounded to bf16, once.
    """
    pair = ((scales >> 32 * PAIR).to(tl.int32))[:, None]
    if INTERPRETED:
        low = ((words >> 8 * PAIR) & 15).to(tl.float32) - 8
        high = ((words >> (8 * PAIR + 4)) & 15).to(tl.float32) - 8
        first = as_bf16(low * (pair << 16).to(tl.float32, bitcast=True), True).to(tl.float32)
        second = as_bf16(high * (pair & -65536).to(tl.float32, bitcast=True), True).to(tl.float32)
    else:
        first, second = _scaled(words, pair, 8 * PAIR)
    return tl.join(first, second).permute(0, 2, 1).reshape(words.shape[0], 64)


@triton.jit
def _scaled(words, scales, SHIFT: tl.constexpr):
    """(code − 8) · scale for the nibbles at SHIFT and SHIFT + 4, scales int32 of two bf16."""
    return tl.inline_asm_elementwise(
        """{
        .reg .b32 low, high, bias, first, second, one, none;
        mov.b32 bias, 0xc308c308;
        mov.b32 one, 0x3f803f80;
        mov.b32 none, 0x80008000;
        prmt.b32 first, $3, $4, 0x5410;
        prmt.b32 second, $3, $4, 0x7632;
        shr.u32 low, $2, $5;
        add.u32 high, $5, 4;
        shr.u32 high, $2, high;
        lop3.b32 low, low, 0x000f000f, 0x43004300, 0xea;
        lop3.b32 high, high, 0x000f000f, 0x43004300, 0xea;
        fma.rn.bf16x2 low, low, one, bias;
        fma.rn.bf16x2 high, high, one, bias;
        fma.rn.bf16x2 $0, low, first, none;
        fma.rn.bf16x2 $1, high, second, none;
        }""",
        "=&r,=&r,r,r,r,r,r",
        [words, scales, tl.full(words.shape, SHIFT, tl.int32)],
        dtype=(tl.bfloat16, tl.bfloat16),
        is_pure=True,
        pack=2,
    )


@triton.jit
def as_bf16(x, INTERPRETED: tl.constexpr):
    """fp32 rounded to the nearest bf16, of two the even one."""
    if INTERPRETED:
        bits = x.to(tl.int32, bitcast=True)
        bits = (bits + 0x7FFF + ((bits >> 16) & 1)) & -65536
        x = bits.to(tl.float32, bitcast=True)
    return x.to(tl.bfloat16)
