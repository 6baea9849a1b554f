"""The two kernels of a layer of routed experts: up to SiLU(gate) ⊙ up and down to the sum.

A program takes a tile of rows of one expert's weights and a block of the tokens routed to it. What
it needs of the routing is the alignment's; programs behind its end return at once, so that the
grid depends on the number of tokens alone and a CUDA graph serves every routing.
"""

# mypy: disable-error-code="no-untyped-def,untyped-decorator"
# ruff: noqa: N803

import triton
import triton.language as tl

from modelserver.kernels.fused_moe_w4a16 import triton_decode, triton_prefill
from modelserver.kernels.fused_moe_w4a16.triton_codes import as_bf16
from modelserver.kernels.fused_moe_w4a16.triton_combine import finish_last, zero_without_experts

decode_product = triton_decode.product
prefill_product = triton_prefill.product


@triton.jit(do_not_specialize=["tokens"])
def gate_up(
    x,
    words,
    scales,
    sorted_token_ids,
    expert_ids,
    num_tokens_post_padded,
    inner,
    tokens,
    SLOTS: tl.constexpr,
    INNER: tl.constexpr,
    HIDDEN: tl.constexpr,
    EXPERT_STRIDES: tl.constexpr,
    BLOCK_STRIDES: tl.constexpr,
    TOKENS: tl.constexpr,
    ROWS: tl.constexpr,
    STAGES: tl.constexpr,
    DECODE: tl.constexpr,
    INTERPRETED: tl.constexpr,
):
    """inner bf16 [tokens·SLOTS, INNER] = SiLU(W_gate x) ⊙ W_up x, a row for each routed pair.

    x bf16 [tokens, HIDDEN]; words int16, scales int64 of [E, 2·INNER, HIDDEN], gate before up;
    sorted_token_ids, expert_ids and num_tokens_post_padded as in Alignment, in blocks of TOKENS. A
    tile has eight gate rows and the eight up rows that belong to them alternately: a thread then
    holds both of each pair.
    """
    tile, block = tl.program_id(0), tl.program_id(1)
    if block * TOKENS >= tl.load(num_tokens_post_padded):
        return
    pairs = tl.load(sorted_token_ids + block * TOKENS + tl.arange(0, TOKENS))
    real = pairs < tokens * SLOTS
    row = tl.arange(0, ROWS)
    rows = row // 8 % 2 * INNER + tile * (ROWS // 2) + row // 16 * 8 + row % 8
    expert = tl.load(expert_ids + block).to(tl.int64)
    product: tl.constexpr = decode_product if DECODE else prefill_product
    both = product(
        x,
        words + expert * EXPERT_STRIDES[0],
        scales + expert * EXPERT_STRIDES[1],
        tl.where(real, pairs // SLOTS, 0),
        rows,
        HIDDEN,
        BLOCK_STRIDES[0],
        BLOCK_STRIDES[1],
        STAGES,
        INTERPRETED,
    )
    # read once more, so that the main loop need not keep them
    pairs = tl.load(sorted_token_ids + block * TOKENS + tl.arange(0, TOKENS), cache_modifier=".ca")
    real = pairs < tokens * SLOTS
    gate, up = both.reshape(ROWS // 16, 2, 8, TOKENS).permute(0, 2, 3, 1).split()
    activated = (gate / (1 + tl.exp(-gate)) * up).reshape(ROWS // 2, TOKENS)
    place = pairs[None, :] * INNER + tile * (ROWS // 2) + tl.arange(0, ROWS // 2)[:, None]
    tl.store(inner + place, as_bf16(activated, INTERPRETED), mask=real[None, :])


@triton.jit(do_not_specialize=["tokens", "blocks"])
def down(
    inner,
    words,
    scales,
    sorted_token_ids,
    expert_ids,
    num_tokens_post_padded,
    weights,
    ids,
    terms,
    arrivals,
    y,
    tokens,
    blocks,
    SLOTS: tl.constexpr,
    INNER: tl.constexpr,
    HIDDEN: tl.constexpr,
    EXPERTS: tl.constexpr,
    EXPERT_STRIDES: tl.constexpr,
    BLOCK_STRIDES: tl.constexpr,
    TOKENS: tl.constexpr,
    ROWS: tl.constexpr,
    STAGES: tl.constexpr,
    DECODE: tl.constexpr,
    INTERPRETED: tl.constexpr,
):
    """y bf16 [tokens, HIDDEN] = Σ_slot weight · W_down inner.

    words int16, scales int64 of [E, HIDDEN, INNER]; weights fp32 and ids int [tokens, SLOTS];
    terms [tokens·SLOTS, HIDDEN] is room for the products; arrivals int32 [tokens, tiles] is zero
    before and after. The grid has `blocks` blocks, and behind them those of all tokens once more,
    for the tokens that no expert here takes.
    """
    tile, block = tl.program_id(0), tl.program_id(1)
    if block >= blocks:
        token = (block - blocks) * TOKENS + tl.arange(0, TOKENS)
        zero_without_experts(token, tokens, tile, ids, y, SLOTS, HIDDEN, EXPERTS, ROWS)
        return
    if block * TOKENS >= tl.load(num_tokens_post_padded):
        return
    pairs = tl.load(sorted_token_ids + block * TOKENS + tl.arange(0, TOKENS))
    real = pairs < tokens * SLOTS
    columns = tile * ROWS + tl.arange(0, ROWS)
    expert = tl.load(expert_ids + block).to(tl.int64)
    product: tl.constexpr = decode_product if DECODE else prefill_product
    out = product(
        inner,
        words + expert * EXPERT_STRIDES[0],
        scales + expert * EXPERT_STRIDES[1],
        tl.where(real, pairs, 0),
        columns,
        INNER,
        BLOCK_STRIDES[0],
        BLOCK_STRIDES[1],
        STAGES,
        INTERPRETED,
    )
    # read once more, so that the main loop need not keep them
    pairs = tl.load(sorted_token_ids + block * TOKENS + tl.arange(0, TOKENS), cache_modifier=".ca")
    real = pairs < tokens * SLOTS
    columns = tile * ROWS + tl.arange(0, ROWS)
    place = pairs[None, :].to(tl.int64) * HIDDEN + columns[:, None]
    term = out if terms.dtype.element_ty == tl.float32 else as_bf16(out, INTERPRETED)
    tl.store(terms + place, term, mask=real[None, :])
    finish_last(
        *(pairs, real, tile, weights, ids, terms, arrivals, y),
        *(SLOTS, HIDDEN, EXPERTS, ROWS, INTERPRETED),
    )
