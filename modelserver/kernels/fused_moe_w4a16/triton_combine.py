"""The sum over a token's experts, in the kernel that makes its terms, the same bits every time.

Each program that has written its term of a token's columns counts itself in. The one that finds
all others there already adds the terms in the order of the slots, so the result does not depend
on who came last; then it sets the count back to zero for the next call.
"""

# mypy: disable-error-code="no-untyped-def,untyped-decorator"
# ruff: noqa: N803

import triton
import triton.language as tl

from modelserver.kernels.fused_moe_w4a16.triton_codes import as_bf16

# Sums of one program at a time, so that they do not take more registers than the product did.
SUMS = tl.constexpr(2048)


@triton.jit
def finish_last(
    pairs,
    real,
    tile,
    weights,
    ids,
    terms,
    arrivals,
    y,
    SLOTS: tl.constexpr,
    HIDDEN: tl.constexpr,
    EXPERTS: tl.constexpr,
    ROWS: tl.constexpr,
    INTERPRETED: tl.constexpr,
):
    """Fills the tile's columns of y for the tokens whose last term this program has written.

    The barrier before the count lets one thread's release speak for all of the block's stores; the
    one behind it lets its acquire speak for all of the block's loads.
    """
    token = pairs // SLOTS
    counts = experts_taken(token, real, ids, SLOTS, EXPERTS)
    arrival = arrivals + token.to(tl.int64) * (HIDDEN // ROWS) + tile
    tl.debug_barrier()
    before = tl.atomic_add(arrival, 1, mask=real, sem="acq_rel", scope="gpu")
    last = real & (before == counts - 1)
    tl.debug_barrier()
    if tl.max(last.to(tl.int32), 0) > 0:
        tl.store(arrival, 0, mask=last)
        width: tl.constexpr = ROWS if ROWS * pairs.shape[0] <= SUMS else SUMS // pairs.shape[0]
        for column in range(tile * ROWS, (tile + 1) * ROWS, width):
            columns = column + tl.arange(0, width)
            total = tl.zeros((pairs.shape[0], width), tl.float32)
            for slot in range(SLOTS):
                pair = token * SLOTS + slot
                taken = is_taken(tl.load(ids + pair, mask=last, other=-1), EXPERTS)
                place = pair[:, None].to(tl.int64) * HIDDEN + columns[None, :]
                term = tl.load(terms + place, mask=taken[:, None], other=0).to(tl.float32)
                total += term * tl.load(weights + pair, mask=taken, other=0)[:, None]
            place = token[:, None].to(tl.int64) * HIDDEN + columns[None, :]
            tl.store(y + place, as_bf16(total, INTERPRETED), mask=last[:, None])


@triton.jit
def zero_without_experts(
    token,
    tokens,
    tile,
    ids,
    y,
    SLOTS: tl.constexpr,
    HIDDEN: tl.constexpr,
    EXPERTS: tl.constexpr,
    ROWS: tl.constexpr,
):
    """Zeroes the tile's columns of y for those of the tokens that no expert takes."""
    there = token < tokens
    alone = there & (experts_taken(token, there, ids, SLOTS, EXPERTS) == 0)
    if tl.max(alone.to(tl.int32), 0) > 0:
        width: tl.constexpr = ROWS if ROWS * token.shape[0] <= SUMS else SUMS // token.shape[0]
        for column in range(tile * ROWS, (tile + 1) * ROWS, width):
            columns = column + tl.arange(0, width)
            place = token[:, None].to(tl.int64) * HIDDEN + columns[None, :]
            tl.store(y + place, tl.zeros(place.shape, tl.bfloat16), mask=alone[:, None])


@triton.jit
def experts_taken(
    token,
    real,
    ids,
    SLOTS: tl.constexpr,
    EXPERTS: tl.constexpr,
):
    """How many experts of each token are among EXPERTS."""
    count = tl.zeros(token.shape, tl.int32)
    for slot in range(SLOTS):
        expert = tl.load(ids + token * SLOTS + slot, mask=real, other=-1)
        count += is_taken(expert, EXPERTS).to(tl.int32)
    return count


@triton.jit
def is_taken(expert, EXPERTS: tl.constexpr):
    return (expert >= 0) & (expert < EXPERTS)
