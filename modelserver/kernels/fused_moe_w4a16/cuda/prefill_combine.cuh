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
    Quad sum;
    UNROLL
    for (int i = 0; i < 4; ++i) sum.word[i] = bf16_pair(total[2 * i], total[2 * i + 1]);
    *reinterpret_cast<Quad *>(p.out + place) = sum;
}

template <int TOKENS, int COLUMNS, int THREADS>
DEVICE void combine_rows_if_last(const Down &p, const int *entries, int tile_column, int *last)
{
    combine_where_last<TOKENS, COLUMNS, THREADS, 8>(
        p, tile_column, last, [&](int place) { return entries[place]; },
        [&](int token, int64_t column) { combine_eight(p, token, column); });
}

}  // namespace mockwright
