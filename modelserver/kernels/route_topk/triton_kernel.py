"""The one launch behind triton.py: choose experts, count them, and place rows by expert.

A program takes a chunk of tokens. It chooses their experts, ranks its rows within their expert and
counts them; the last program to arrive, by an integer ticket, turns the counts of all chunks into
starts. A row's place is then its chunk's start for its expert plus its rank, whoever computes it:
the order in which programs run shows nowhere.
"""

# mypy: disable-error-code="no-untyped-def,untyped-decorator,assignment,misc"
# ruff: noqa: N803, N806, RUF005

import triton
import triton.language as tl

from modelserver.kernels.route_topk import alignment

LEAST_SUM = tl.constexpr(alignment.LEAST_SUM)
PART = tl.constexpr(64)  # logits of a token in one piece: Triton gives one of 64 to one warp
LANES = tl.constexpr(1024)  # rows that are placed at a time
LOWEST, HIGHEST = tl.constexpr(-(2**31)), tl.constexpr(2**31 - 1)
ARRIVED, READY, LEFT = tl.constexpr(0), tl.constexpr(1), tl.constexpr(2)  # of the state


@triton.jit
def keys_of(logits, bias, token, there, part, EXPERTS: tl.constexpr):
    """int32 [TOKENS, PART] that order as sigmoid(logit) + bias does, NaN the highest.

    The lowest integer, which no number maps to, marks what cannot be chosen.
    """
    expert = (tl.arange(0, PART) + part * PART)[None, :]
    real = expert < EXPERTS
    wanted = there[:, None] & real
    x = tl.load(logits + token[:, None] * EXPERTS + expert, mask=wanted, other=0.0)
    choice = tl.sigmoid(x) + tl.load(bias + expert, mask=real, other=0.0)
    bits = choice.to(tl.int32, bitcast=True)
    key = tl.where(choice == choice, bits ^ ((bits >> 31) & HIGHEST), HIGHEST)
    return tl.where(real, key, LOWEST)


@triton.jit
def best_experts(logits, bias, token, there, EXPERTS: tl.constexpr, SLOTS: tl.constexpr):
    """int32 [TOKENS, SLOTS rounded up], the best first, of equal ones the lowest index first."""
    PARTS: tl.constexpr = triton.cdiv(EXPERTS, PART)
    WIDTH: tl.constexpr = triton.next_power_of_2(SLOTS)
    column = tl.arange(0, PART)[None, :]
    slot = tl.arange(0, WIDTH)[None, :]
    keys = ()
    for part in tl.static_range(PARTS):
        keys = keys + (keys_of(logits, bias, token, there, part, EXPERTS),)
    best = tl.full([token.shape[0], WIDTH], -1, tl.int32)
    for place in tl.static_range(SLOTS):
        highest = keys[0]
        for part in tl.static_range(1, PARTS):
            highest = tl.maximum(highest, keys[part])
        most = tl.max(highest, 1)[:, None]
        first = tl.full([token.shape[0], PART], EXPERTS - 1, tl.int32)
        for part in tl.static_range(PARTS):
            first = tl.minimum(first, tl.where(keys[part] == most, column + part * PART, EXPERTS))
        chosen = tl.min(first, 1)[:, None]
        left = ()
        for part in tl.static_range(PARTS):
            left = left + (tl.where(column + part * PART == chosen, LOWEST, keys[part]),)
        keys = left
        best = tl.where(slot == place, chosen, best)
    return best


@triton.jit
def rank_rows(expert, row, ranks, count):
    """Ranks of rows [N] within their expert, in the order of N, and `count` [E] brought up to date.

    Rows whose expert is −1 are left out.
    """
    valid = expert >= 0
    place = tl.arange(0, expert.shape[0])
    same = (expert[:, None] == expert[None, :]) & (place[None, :] < place[:, None])
    seen = tl.load(count + expert, mask=valid, other=0, cache_modifier=".cg")
    tl.store(ranks + row, seen + tl.sum(same.to(tl.int32), 1), mask=valid)
    tl.debug_barrier()
    tl.atomic_add(count + expert, 1, mask=valid, sem="relaxed")
    tl.debug_barrier()


@triton.jit
def starts_of(counts, padded, chunks, EXPERTS: tl.constexpr, BLOCK: tl.constexpr,
              CHUNKS: tl.constexpr):  # fmt: skip
    """Turns counts [chunks, E] into the places where each chunk's rows of each expert start.

    CHUNKS of them are read at a time.
    """
    expert = tl.arange(0, triton.next_power_of_2(EXPERTS))
    real = (expert < EXPERTS)[None, :]
    chunk = tl.arange(0, CHUNKS)[:, None]
    total = tl.zeros([expert.shape[0]], tl.int32)
    for first in range(0, chunks, CHUNKS):
        at = counts + (first + chunk) * EXPERTS + expert[None, :]
        some = (first + chunk < chunks) & real
        total += tl.sum(tl.load(at, mask=some, other=0, cache_modifier=".cg"), 0)
    room = (total + BLOCK - 1) // BLOCK * BLOCK
    tl.store(padded, tl.sum(room, 0))
    start = tl.cumsum(room, 0) - room
    for first in range(0, chunks, CHUNKS):
        at = counts + (first + chunk) * EXPERTS + expert[None, :]
        some = (first + chunk < chunks) & real
        count = tl.load(at, mask=some, other=0, cache_modifier=".cg")
        tl.store(at, start[None, :] + tl.cumsum(count, 0) - count, mask=some)
        start += tl.sum(count, 0)
    tl.debug_barrier()


@triton.jit
def place_rows(ids, ranks, starts, rows, owners, first, end, share, EXPERTS: tl.constexpr,
               BLOCK: tl.constexpr):  # fmt: skip
    """Puts the rows first..end − 1 into their places; `share` rows make a chunk."""
    for base in range(first, end, LANES):
        row = base + tl.arange(0, LANES)
        expert = tl.load(ids + row, mask=row < end, other=-1, cache_modifier=".cg")
        valid = (expert >= 0) & (expert < EXPERTS)
        expert = tl.where(valid, expert, 0).to(tl.int32)
        start = starts + row // share * EXPERTS + expert
        place = tl.load(start, mask=valid, other=0, cache_modifier=".cg")
        place += tl.load(ranks + row, mask=valid, other=0, cache_modifier=".cg")
        tl.store(rows + place, row, mask=valid)
        tl.store(owners + place // BLOCK, expert, mask=valid & (place % BLOCK == 0))


@triton.jit
def prepare_room(rows, owners, count, nobody, bound, EXPERTS: tl.constexpr, BLOCK: tl.constexpr):
    """Empties this program's share of the order, and its own counts."""
    for base in range(tl.program_id(0) * LANES, bound, tl.num_programs(0) * LANES):
        place = base + tl.arange(0, LANES)
        tl.store(rows + place, nobody, mask=place < bound)
        tl.store(owners + place, -1, mask=place < bound // BLOCK)
    expert = tl.arange(0, triton.next_power_of_2(EXPERTS))
    tl.store(count + expert, 0, mask=expert < EXPERTS)
    tl.debug_barrier()


@triton.jit
def route_tile(logits, bias, weights, ids, token, end, scale, EXPERTS: tl.constexpr,
               SLOTS: tl.constexpr):  # fmt: skip
    """Stores a tile's experts and weights. Returns the experts, −1 where there is no row."""
    slot = tl.arange(0, triton.next_power_of_2(SLOTS))[None, :]
    row = token[:, None] * SLOTS + slot
    wanted = (token < end)[:, None] & (slot < SLOTS)
    best = best_experts(logits, bias, token, token < end, EXPERTS, SLOTS)
    chosen = logits + token[:, None] * EXPERTS + best
    score = tl.where(wanted, tl.sigmoid(tl.load(chosen, mask=wanted, other=0.0)), 0.0)
    whole = tl.sum(score, 1)[:, None] + LEAST_SUM
    tl.store(weights + row, score / whole * scale, mask=wanted)
    tl.store(ids + row, best, mask=wanted)
    return tl.where(wanted, best, -1)


@triton.jit(do_not_specialize=["tokens", "chunk", "bound"])
def route_and_align(
    logits, bias, weights, ids, rows, owners, padded, ranks, counts, state,
    tokens, chunk, bound, scale,
    EXPERTS: tl.constexpr, SLOTS: tl.constexpr, BLOCK: tl.constexpr, TOKENS: tl.constexpr,
    ROUTE: tl.constexpr, ALONE: tl.constexpr, TOGETHER: tl.constexpr,
):  # fmt: skip
    """Routing and alignment of `tokens` tokens, `chunk` of them a program and TOKENS at a time.

    logits fp32 [T, E], bias fp32 [E]; weights fp32 and ids [T, SLOTS], which without ROUTE are
    given; rows [bound], owners [bound / BLOCK] and padded [1] as in Alignment; ranks int32
    [T·SLOTS] and counts int32 [programs, E] are scratch; state int32 [3] is zero before and after.
    TOGETHER: all programs run at the same time, and each places its own rows when the starts are
    there. Otherwise the last one places all of them, and none waits. ALONE: there is one program.
    """
    WIDTH: tl.constexpr = triton.next_power_of_2(SLOTS)
    program, programs = tl.program_id(0), tl.num_programs(0)
    first, end = program * chunk, tl.minimum((program + 1) * chunk, tokens)
    count = counts + program * EXPERTS
    prepare_room(rows, owners, count, tokens * SLOTS, bound, EXPERTS, BLOCK)
    for base in range(first, end, TOKENS):
        token = base + tl.arange(0, TOKENS)
        slot = tl.arange(0, WIDTH)[None, :]
        row = token[:, None] * SLOTS + slot
        if ROUTE:
            best = route_tile(logits, bias, weights, ids, token, end, scale, EXPERTS, SLOTS)
        else:
            given = tl.load(ids + row, mask=(token < end)[:, None] & (slot < SLOTS), other=-1)
            best = tl.where((given >= 0) & (given < EXPERTS), given, -1).to(tl.int32)
        rank_rows(tl.reshape(best, [TOKENS * WIDTH]), tl.reshape(row, [TOKENS * WIDTH]), ranks,
                  count)  # fmt: skip

    last = True if ALONE else tl.atomic_add(state + ARRIVED, 1, sem="acq_rel") == programs - 1
    if last:
        starts_of(counts, padded, programs, EXPERTS, BLOCK, CHUNKS=1 if ALONE else 16)
    share = tl.maximum(chunk * SLOTS, 1)
    if TOGETHER:
        if last:
            tl.atomic_xchg(state + READY, 1, sem="release")
        while tl.atomic_add(state + READY, 0, sem="acquire") == 0:
            pass
        place_rows(ids, ranks, counts, rows, owners, first * SLOTS, end * SLOTS, share, EXPERTS,
                   BLOCK)  # fmt: skip
        if tl.atomic_add(state + LEFT, 1, sem="acq_rel") == programs - 1:
            tl.store(state + tl.arange(0, 4), 0, mask=tl.arange(0, 4) < 3)
    elif last:
        place_rows(ids, ranks, counts, rows, owners, 0, tokens * SLOTS, share, EXPERTS, BLOCK)
        if not ALONE:
            tl.store(state + ARRIVED, 0)
