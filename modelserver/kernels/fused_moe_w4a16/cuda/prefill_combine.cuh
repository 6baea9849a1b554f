// combine.cuh for weighted rows in bf16.
#pragma once

#include "combine.cuh"

namespace mockwright {

// Eight columns of a token, from all its slots.
DEVICE void combine_eight(const Down &p, int token, int64_t column)
{
    float total[8] = {};
    auto add = [&](const Quad &q) {
        UNROLL
        for (int i = 0; i < 4; ++i) {
            total[2 * i] += bits_as_float(q.word[i] << 16);
            total[2 * i + 1] += bits_as_float(q.word[i] & 0xffff0000u);
        }
    };
    const uint16_t *partial = reinterpret_cast<const uint16_t *>(p.partial);
    for (int slot = 0; slot < p.slots; ++slot) {
        const int entry = token * p.slots + slot;
        if (is_expert(p, entry)) add(load_l2(partial + int64_t(entry) * p.outputs + column));
    }
    const int64_t place = int64_t(token) * p.outputs + column;
    if (p.shared != nullptr) add(load_l2(p.shared + place));
    Quad sum;
    UNROLL
    for (int i = 0; i < 4; ++i) sum.word[i] = bf16_pair(total[2 * i], total[2 * i + 1]);
    *reinterpret_cast<Quad *>(p.out + place) = sum;
}

// After a tile's rows are in `partial`. `last`: room for a flag a token in shared memory.
template <int TOKENS, int COLUMNS, int THREADS>
DEVICE void combine_rows_if_last(const Down &p, const int *entries, int tile_column, int *last)
{
    const int tile_columns = p.outputs / COLUMNS;
    fence_gpu();  // each thread's rows, before one thread counts for all
    synchronise(1, THREADS);
    if (thread_index() < TOKENS) {
        const int entry = entries[thread_index()];
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
    for (int i = thread_index(); i < TOKENS * COLUMNS / 8; i += THREADS) {
        const int token = last[i / (COLUMNS / 8)];
        if (token >= 0) combine_eight(p, token, tile_column * COLUMNS + i % (COLUMNS / 8) * 8);
    }
}

}  // namespace mockwright
