// The two kernels of decode: gate and up with SiLU, and down with the weighted sum.
#pragma once

#include "decode.cuh"

namespace mockwright {

// All consumer warps. finish(sums, first place of the tile's tokens, tile column, row warp, depth).
template <class S, int TILE_OUTPUTS, bool SCALES_X, class Finish>
DEVICE void consume(const Product &p, const Ring<S> &ring, Finish finish)
{
    const Tiles<S> tiles(p, TILE_OUTPUTS);
    const int blocks = p.columns / BLOCK_COLUMNS;
    const int warp = thread_index() / WARP, lane = thread_index() % WARP;
    const int row_warp = warp % S::ROW_WARPS, depth = warp / S::ROW_WARPS;
    uint32_t first_step = 0;
    for (int tile = block_index(); tile < tiles.count; tile += block_count(), first_step += blocks) {
        const int first_place = tiles.tokens(tile) * S::TOKENS;
        uint32_t x[S::TOKEN_TILES];  // where this lane's token lies
        UNROLL
        for (int n = 0; n < S::TOKEN_TILES; ++n) {
            int entry = p.entry(first_place + 8 * n + lane / 4);
            if (entry < 0) entry = p.sorted_token_ids[first_place];  // any row: nobody looks at what comes out
            x[n] = static_cast<uint32_t>(entry / p.entries_a_row) * p.columns + 8 * (lane % 4);
        }
        Accumulators<S> sums = {};
        for (int block = depth; block < blocks; block += S::DEPTH_WARPS) {
            const uint32_t step = first_step + block;
            Activations<S> activations;
            UNROLL
            for (int n = 0; n < S::TOKEN_TILES; ++n) {
                UNROLL
                for (int j = 0; j < PLANES; ++j)
                    activations.plane[n][j] = load_l2(p.x + (x[n] + block * BLOCK_COLUMNS) + GROUP * j);
            }
            barrier_wait(ring.full(step), Ring<S>::parity(step));
            activations.template scale<SCALES_X>();
            multiply(sums, ring, step, activations, 8 * S::TILES * row_warp);
            synchronise_warp();
            if (lane == 0) barrier_arrive(ring.empty(step));
        }
        exchange(sums, ring.memory, row_warp, depth);
        finish(sums, first_place, tiles.column(tile), row_warp, depth);
    }
}

// Calls each(value, entry, row of the half) for what this lane has of a tile: value[0] of the lower
// half's row, value[1] of the upper half's.
template <class S, class Each>
DEVICE void for_results(const Product &p, const Accumulators<S> &sums, int first_place, int row_warp, int depth, Each each)
{
    const int g = thread_index() % WARP / 4, t = thread_index() % 4;
    UNROLL
    for (int n = 0; n < S::TOKEN_TILES; ++n)
        UNROLL
        for (int q = 0; q < 2; ++q) {
            const int entry = p.entry(first_place + 8 * n + 2 * t + q);
            if (entry < 0) continue;
            UNROLL
            for (int i = 0; i < S::TILES; ++i)
                if (S::DEPTH_WARPS == 1 || i % S::DEPTH_WARPS == depth)
                    each(sums.value[i][n][q] * S::Codes::RESULT, sums.value[i][n][2 + q] * S::Codes::RESULT, entry,
                         8 * (S::TILES * row_warp + i) + g);
        }
}

template <class S>
struct GateUpKernel : S {
    static constexpr int TILE_OUTPUTS = S::HALF;

    static DEVICE void run(const GateUp &p)
    {
        const Ring<S> ring{shared_memory()};
        ring.init();
        wait_for_kernel_before();
        let_next_kernel_start();
        if (thread_index() >= S::CONSUMERS) {
            if (thread_index() == S::CONSUMERS) copy(p, ring);
            return;
        }
        multiply_tiles(p, ring);
    }

    static DEVICE void copy(const GateUp &p, const Ring<S> &ring) { produce<S, TILE_OUTPUTS>(p, p.outputs, ring); }

    static DEVICE void multiply_tiles(const GateUp &p, const Ring<S> &ring)
    {
        consume<S, TILE_OUTPUTS, true>(p, ring, [&](auto &sums, int first_place, int tile_column, int row_warp, int depth) {
            for_results(p, sums, first_place, row_warp, depth, [&](float gate, float up, int entry, int row) {
                const int column = tile_column * TILE_OUTPUTS + row;
                const float scale = S::Codes::x_factor(column / GROUP % PLANES);
                const float silu = gate / (1.0f + exponential(-gate));
                p.h[int64_t(entry) * p.outputs + column] = static_cast<uint16_t>(bf16_pair(silu * up * scale, 0));
            });
        });
    }
};

template <class S>
struct DownKernel : S {
    static constexpr int TILE_OUTPUTS = S::ROWS;

    static DEVICE void run(const Down &p)
    {
        const Ring<S> ring{shared_memory()};
        ring.init();
        if (thread_index() >= S::CONSUMERS) {
            // weights and routing were there before the kernel that writes h began
            if (thread_index() == S::CONSUMERS) copy(p, ring);
            return;
        }
        wait_for_kernel_before();
        fill_tokens_without_experts<S::CONSUMERS>(p);
        multiply_tiles(p, ring);
    }

    static DEVICE void copy(const Down &p, const Ring<S> &ring) { produce<S, TILE_OUTPUTS>(p, S::HALF, ring); }

    static DEVICE void multiply_tiles(const Down &p, const Ring<S> &ring)
    {
        int *last = reinterpret_cast<int *>(ring.memory + S::LAST_AT);
        consume<S, TILE_OUTPUTS, false>(p, ring, [&](auto &sums, int first_place, int tile_column, int row_warp, int depth) {
            for_results(p, sums, first_place, row_warp, depth, [&](float low, float high, int entry, int row) {
                float *partial = p.partial + int64_t(entry) * p.outputs + tile_column * TILE_OUTPUTS + row;
                const float weight = p.weights[entry];
                partial[0] = weight * low;
                partial[S::HALF] = weight * high;
            });
            combine_if_last<S::TOKENS, S::ROWS, S::CONSUMERS>(p, first_place, tile_column, last);
        });
    }
};

}  // namespace mockwright
