// The two kernels of prefill: gate and up with SiLU, and down with the weighted sum.
//
// `h` is plain bf16, and the slots' weighted rows in Down::partial are bf16 too: at thousands of
// tokens they are gigabytes, and rounding them costs no more than rounding x did.
#pragma once

#include "prefill.cuh"
#include "prefill_combine.cuh"

namespace mockwright {

// The instances that are built: as many stages as fit.
template <int tokens>
using Prefill = PrefillShape<tokens, tokens == 32 ? 8 : tokens == 64 ? 6 : 4>;

// The consumers. Calls finish(sums, tile).
template <class S, class Rows, int TILE_OUTPUTS, class Finish>
DEVICE void consume_stages(const Product &p, Turn<S> turn, int *entries, Finish finish)
{
    const Tiles<S> tiles(p, TILE_OUTPUTS);
    const int blocks = p.columns / BLOCK_COLUMNS;
    auto entry_of = [&](int tile) {  // of the token that this thread looks after
        if (thread_index() >= S::TOKENS || tile >= tiles.count) return -1;
        return p.entry(tiles.tokens(tile) * S::TOKENS + thread_index());
    };
    int entry = entry_of(block_index());
    for (int tile = block_index(); tile < tiles.count; tile += block_count()) {
        if (thread_index() < S::TOKENS) entries[thread_index()] = entry;
        synchronise(1, S::CONSUMERS);
        entry = entry_of(tile + block_count());
        PrefillSums<S> sums = {};
        // entries come first and padding after them: the narrowest N that covers them
        if constexpr (S::TOKENS > 96)
            if (entries[96] >= 0) multiply_blocks<128, S, Rows>(sums, blocks, turn);
            else if (entries[64] >= 0) multiply_blocks<96, S, Rows>(sums, blocks, turn);
            else if (entries[32] >= 0) multiply_blocks<64, S, Rows>(sums, blocks, turn);
            else multiply_blocks<32, S, Rows>(sums, blocks, turn);
        else if constexpr (S::TOKENS > 32)
            if (entries[32] >= 0) multiply_blocks<64, S, Rows>(sums, blocks, turn);
            else multiply_blocks<32, S, Rows>(sums, blocks, turn);
        else
            multiply_blocks<32, S, Rows>(sums, blocks, turn);
        finish(sums, tile);
        synchronise(1, S::CONSUMERS);  // before the next tile's entries
    }
}

template <class S>
struct PrefillGateUp : S {
    static constexpr int TILE_OUTPUTS = S::HALF;

    static DEVICE void run(const GateUp &p)
    {
        const Turn<S> turn(shared_memory());
        turn.init_barriers();
        wait_for_kernel_before();
        let_next_kernel_start();
        if (thread_index() >= S::CONSUMERS) {
            give_registers<S::PRODUCER_REGISTERS>();
            fill_stages<S, GateUpRows, TILE_OUTPUTS>(p, p.outputs, turn);
        } else {
            take_registers<S::CONSUMER_REGISTERS>();
            int *entries = reinterpret_cast<int *>(shared_memory() + S::ENTRIES_AT);
            const Tiles<S> tiles(p, TILE_OUTPUTS);
            consume_stages<S, GateUpRows, TILE_OUTPUTS>(p, turn, entries, [&](auto &sums, int tile) {
                write_h(p, sums, entries, tiles.column(tile) * TILE_OUTPUTS);
            });
        }
    }

private:
    static DEVICE float silu_times(float gate, float up)
    {
        gate *= PREFILL_RESULT;
        return quotient(gate, 1.0f + exponential(-gate)) * (up * PREFILL_RESULT);
    }

    // Lanes of neighbouring rows trade one of their two tokens, so that each stores two columns.
    static DEVICE void write_h(const GateUp &p, const PrefillSums<S> &sums, const int *entries, int first_column)
    {
        const int g = thread_index() % WARP / 4, t = thread_index() % 4, odd = g % 2;
        UNROLL
        for (int i = 0; i < S::MMA_TILES; ++i) {
            const int slice = Fragments<S, GateUpRows>::first_slice() + 4 * i;
            uint16_t *h = p.h + first_column + GateUpRows::low(slice, g - odd);
            UNROLL
            for (int n = 0; n < S::TOKENS / 8; ++n) {
                const float *d = sums.value[i] + 4 * n;
                const float first = silu_times(d[0], d[2]), second = silu_times(d[1], d[3]);
                const float got = shuffle_xor(odd ? first : second, 4);
                const int entry = entries[8 * n + 2 * t + odd];
                const uint32_t pair = odd ? bf16_pair(got, second) : bf16_pair(first, got);
                if (entry >= 0) *reinterpret_cast<uint32_t *>(h + int64_t(entry) * p.outputs) = pair;
            }
        }
    }
};

template <class S>
struct PrefillDown : S {
    static constexpr int TILE_OUTPUTS = S::ROWS;

    static DEVICE void run(const Down &p)
    {
        const Turn<S> turn(shared_memory());
        turn.init_barriers();
        wait_for_kernel_before();
        if (thread_index() >= S::CONSUMERS) {
            give_registers<S::PRODUCER_REGISTERS>();
            fill_stages<S, DownRows, TILE_OUTPUTS>(p, S::HALF, turn);
        } else {
            take_registers<S::CONSUMER_REGISTERS>();
            fill_tokens_without_experts<S::CONSUMERS>(p);
            int *entries = reinterpret_cast<int *>(shared_memory() + S::ENTRIES_AT);
            int *last = reinterpret_cast<int *>(shared_memory() + S::LAST_AT);
            const Tiles<S> tiles(p, TILE_OUTPUTS);
            consume_stages<S, DownRows, TILE_OUTPUTS>(p, turn, entries, [&](auto &sums, int tile) {
                const int column = tiles.column(tile);
                write_partial(p, sums, entries, column * TILE_OUTPUTS);
                combine_rows_if_last<S::TOKENS, S::ROWS, S::CONSUMERS>(p, entries, column, last);
            });
        }
    }

private:
    static DEVICE void write_partial(const Down &p, const PrefillSums<S> &sums, const int *entries, int first_column)
    {
        const int g = thread_index() % WARP / 4, t = thread_index() % 4;
        UNROLL
        for (int n = 0; n < S::TOKENS / 8; ++n)
            UNROLL
            for (int q = 0; q < 2; ++q) {
                const int entry = entries[8 * n + 2 * t + q];
                if (entry < 0) continue;
                const float weight = p.weights[entry] * PREFILL_RESULT;
                uint16_t *row = reinterpret_cast<uint16_t *>(p.partial) + int64_t(entry) * p.outputs + first_column;
                UNROLL
                for (int i = 0; i < S::MMA_TILES; ++i) {
                    const float *d = sums.value[i] + 4 * n + q;
                    const int slice = Fragments<S, DownRows>::first_slice() + 4 * i;
                    *reinterpret_cast<uint32_t *>(row + DownRows::low(slice, g)) = bf16_pair(weight * d[0], weight * d[2]);
                }
            }
    }
};

}  // namespace mockwright
