"""The one launch behind triton.py: count rows by expert, and place them.

A program takes a chunk of rows, ranks each within its expert and counts them; the last program to
arrive, by an integer ticket, turns the counts of all chunks into starts. A row's place is then its
chunk's start for its expert plus its rank, whoever computes it: the order in which programs run
shows nowhere.
"""

# mypy: disable-error-code="no-untyped-def,untyped-decorator,assignment,misc"
# ruff: noqa: N803

import triton
import triton.language as tl

LANES = tl.constexpr(1024)  # rows that are placed at a time
ARRIVED, READY, LEFT = tl.constexpr(0), tl.constexpr(1), tl.constexpr(2)  # of the state


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
def starts_of(counts, num_tokens_post_padded, chunks, EXPERTS: tl.constexpr,
              BLOCK: tl.constexpr, CHUNKS: tl.constexpr):  # fmt: skip
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
    tl.store(num_tokens_post_padded, tl.sum(room, 0))
    start = tl.cumsum(room, 0) - room
    for first in range(0, chunks, CHUNKS):
        at = counts + (first + chunk) * EXPERTS + expert[None, :]
        some = (first + chunk < chunks) & real
        count = tl.load(at, mask=some, other=0, cache_modifier=".cg")
        tl.store(at, start[None, :] + tl.cumsum(count, 0) - count, mask=some)
        start += tl.sum(count, 0)
    tl.debug_barrier()


@triton.jit
def place_rows(ids, ranks, starts, sorted_token_ids, expert_ids, first, end, share,
               EXPERTS: tl.constexpr, BLOCK: tl.constexpr):  # fmt: skip
    """Puts the rows first..end − 1 into their places; `share` rows make a chunk."""
    for base in range(first, end, LANES):
        row = base + tl.arange(0, LANES)
        expert = tl.load(ids + row, mask=row < end, other=-1, cache_modifier=".cg")
        valid = (expert >= 0) & (expert < EXPERTS)
        expert = tl.where(valid, expert, 0).to(tl.int32)
        start = starts + row // share * EXPERTS + expert
        place = tl.load(start, mask=valid, other=0, cache_modifier=".cg")
        place += tl.load(ranks + row, mask=valid, other=0, cache_modifier=".cg")
        tl.store(sorted_token_ids + place, row, mask=valid)
        tl.store(expert_ids + place // BLOCK, expert, mask=valid & (place % BLOCK == 0))


@triton.jit
def prepare_room(sorted_token_ids, expert_ids, count, nobody, bound, EXPERTS: tl.constexpr,
                 BLOCK: tl.constexpr):  # fmt: skip
    """Empties this program's share of the order, and its own counts."""
    for base in range(tl.program_id(0) * LANES, bound, tl.num_programs(0) * LANES):
        place = base + tl.arange(0, LANES)
        tl.store(sorted_token_ids + place, nobody, mask=place < bound)
        tl.store(expert_ids + place, -1, mask=place < bound // BLOCK)
    expert = tl.arange(0, triton.next_power_of_2(EXPERTS))
    tl.store(count + expert, 0, mask=expert < EXPERTS)
    tl.debug_barrier()


@triton.jit(do_not_specialize=["length", "chunk", "bound"])
def align_rows(
    ids, sorted_token_ids, expert_ids, num_tokens_post_padded, ranks, counts, state,
    length, chunk, bound,
    EXPERTS: tl.constexpr, BLOCK: tl.constexpr, TILE: tl.constexpr, ALONE: tl.constexpr,
    TOGETHER: tl.constexpr,
):  # fmt: skip
    """Alignment of `length` rows, `chunk` of them a program and TILE at a time.

    ids int [length]; sorted_token_ids [bound], expert_ids [bound / BLOCK] and
    num_tokens_post_padded [1] as in Alignment; ranks int32 [length] and counts int32 [programs, E]
    are scratch; state int32 [3] is zero before and after. TOGETHER: all programs run at the same
    time, and each places its own rows when the starts are there. Otherwise the last one places all
    of them, and none waits. ALONE: there is one program.
    """
    program, programs = tl.program_id(0), tl.num_programs(0)
    first, end = program * chunk, tl.minimum((program + 1) * chunk, length)
    count = counts + program * EXPERTS
    prepare_room(sorted_token_ids, expert_ids, count, length, bound, EXPERTS, BLOCK)
    for base in range(first, end, TILE):
        row = base + tl.arange(0, TILE)
        given = tl.load(ids + row, mask=row < end, other=-1)
        expert = tl.where((given >= 0) & (given < EXPERTS), given, -1).to(tl.int32)
        rank_rows(expert, row, ranks, count)

    last = True if ALONE else tl.atomic_add(state + ARRIVED, 1, sem="acq_rel") == programs - 1
    if last:
        starts_of(counts, num_tokens_post_padded, programs, EXPERTS, BLOCK,
                  CHUNKS=1 if ALONE else 16)  # fmt: skip
    if TOGETHER:
        if last:
            tl.atomic_xchg(state + READY, 1, sem="release")
        while tl.atomic_add(state + READY, 0, sem="acquire") == 0:
            pass
        place_rows(ids, ranks, counts, sorted_token_ids, expert_ids, first, end, chunk,
                   EXPERTS, BLOCK)  # fmt: skip
        if tl.atomic_add(state + LEFT, 1, sem="acq_rel") == programs - 1:
            tl.store(state + tl.arange(0, 4), 0, mask=tl.arange(0, 4) < 3)
    elif last:
        place_rows(ids, ranks, counts, sorted_token_ids, expert_ids, 0, length, chunk, EXPERTS,
                   BLOCK)  # fmt: skip
        if not ALONE:
            tl.store(state + ARRIVED, 0)
