// The weighted sum over a token's experts, in the order of its slots whichever block is last.
//
// Every tile leaves its weighted rows in `partial` and counts itself in, once a token. Who completes
// a token's count has seen all its rows: it adds them up and sets the counter back
// to zero. There is no floating-point atomic, so a result is the same bit for bit.
#pragma once

#include "problem.cuh"

namespace mockwright {

DEVICE bool is_expert(const Down &p, int entry)
{
    return static_cast<unsigned>(p.ids[entry]) < static_cast<unsigned>(p.expert_count);
}

DEVICE int experts_of(const Down &p, int token)
{
    int count = 0;
    for (int slot = 0; slot < p.slots; ++slot) count += is_expert(p, token * p.slots + slot);
    return count;
}

DEVICE Quad32 load_floats(const float *p)
{
    const Quad q = load_l2(p);
    return {{bits_as_float(q.word[0]), bits_as_float(q.word[1]), bits_as_float(q.word[2]), bits_as_float(q.word[3])}};
}

// Four columns of a token, from all its slots.
DEVICE void combine_four(const Down &p, int token, int64_t column)
{
    Quad32 total{{0, 0, 0, 0}};
    for (int slot = 0; slot < p.slots; ++slot) {
        const int entry = token * p.slots + slot;
        if (!is_expert(p, entry)) continue;
        const Quad32 part = load_floats(p.partial + int64_t(entry) * p.outputs + column);
        UNROLL
        for (int i = 0; i < 4; ++i) total.value[i] += part.value[i];
    }
    const int64_t place = int64_t(token) * p.outputs + column;
    *reinterpret_cast<Pair *>(p.out + place) = {
        {bf16_pair(total.value[0], total.value[1]), bf16_pair(total.value[2], total.value[3])}};
}

// Tokens that no tile ever counts for.
template <int THREADS>
DEVICE void fill_tokens_without_experts(const Down &p)
{
    for (int token = block_index(); token < p.entries / p.slots; token += block_count())
        if (experts_of(p, token) == 0)
            for (int column = 4 * thread_index(); column < p.outputs; column += 4 * THREADS)
                combine_four(p, token, column);
}

// After a tile's rows are in `partial`: combine(token, column) for each WIDTH columns of the tile and each
// token whose last rows these were. entry_of(i) is the entry in place i of the tile, -1 for none. `last`:
// room for a flag a token in shared memory.
template <int TOKENS, int COLUMNS, int THREADS, int WIDTH, class EntryOf, class Combine>
DEVICE void combine_where_last(const Down &p, int tile_column, int *last, EntryOf entry_of, Combine combine)
{
    const int tile_columns = p.outputs / COLUMNS;
    fence_gpu();  // each thread's rows, before one thread counts for all
    synchronise(1, THREADS);  // which also keeps `last` until all have read the tile's before
    if (thread_index() < TOKENS) {
        const int entry = entry_of(thread_index());
        int token = -1;
        if (entry >= 0) {
            const int place = entry / p.slots;
            int *counter = p.arrived + int64_t(place) * tile_columns + tile_column;
            if (add_ordered(counter, 1) == experts_of(p, place) - 1) {
                *counter = 0;  // nobody else comes for it before the next launch
                token = place;
            }
        }
        last[thread_index()] = token;
    }
    synchronise(1, THREADS);
    fence_gpu();  // the count was read by another thread: the rows it vouches for, before they are read here
    for (int i = thread_index(); i < TOKENS * COLUMNS / WIDTH; i += THREADS) {
        const int token = last[i / (COLUMNS / WIDTH)];
        if (token >= 0) combine(token, tile_column * COLUMNS + i % (COLUMNS / WIDTH) * WIDTH);
    }
}

template <int TOKENS, int COLUMNS, int THREADS>
DEVICE void combine_if_last(const Down &p, int first_place, int tile_column, int *last)
{
    combine_where_last<TOKENS, COLUMNS, THREADS, 4>(
        p, tile_column, last, [&](int place) { return p.entry(first_place + place); },
        [&](int token, int64_t column) { combine_four(p, token, column); });
}

}  // namespace mockwright
