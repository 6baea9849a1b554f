// Few tokens an expert: weights are the tensor core's 16 rows, tokens its 8 columns.
//
// One warp of a block copies weights and scales into a ring of stages, one block of 128 columns each;
// the others multiply. Blocks are persistent: the ring runs on from tile to tile. A tile is ROWS
// weight rows by all of K for one block of tokens, in two halves: gate and up rows for the first
// product, neighbouring rows for the second. An MMA takes row g of the lower half as its row g and
// row g of the upper one as its row g + 8, so that a lane holds the gate and the up of one output.
#pragma once

#include "combine.cuh"
#include "problem.cuh"

namespace mockwright {

// tiles: MMA rows / 16 of a warp; row_warps share a tile's rows, depth_warps its blocks of columns;
// token_tiles: tokens / 8 of a block of the alignment.
template <int tiles, int row_warps, int depth_warps, int token_tiles, int stages, int blocks_per_processor,
          class Encoding>
struct Shape {
    static constexpr int TILES = tiles, ROW_WARPS = row_warps, DEPTH_WARPS = depth_warps;
    static constexpr int TOKEN_TILES = token_tiles, TOKENS = 8 * token_tiles, STAGES = stages;
    static constexpr int BLOCKS_PER_PROCESSOR = blocks_per_processor;
    using Codes = Encoding;

    static constexpr int CONSUMER_WARPS = ROW_WARPS * DEPTH_WARPS, CONSUMERS = CONSUMER_WARPS * WARP;
    static constexpr int THREADS = CONSUMERS + WARP;
    static constexpr int HALF = 8 * TILES * ROW_WARPS, ROWS = 2 * HALF;
    static constexpr int SCALES_AT = ROWS * ROW_BYTES, STAGE_BYTES = SCALES_AT + ROWS * ROW_SCALE_BYTES;
    static constexpr int EXCHANGE_AT = STAGES * STAGE_BYTES;
    static constexpr int EXCHANGED = DEPTH_WARPS > 1 ? CONSUMERS * TILES * TOKEN_TILES * 16 : 0;
    static constexpr int BARRIERS_AT = EXCHANGE_AT + EXCHANGED;
    static constexpr int CENTRES_AT = (BARRIERS_AT + 2 * STAGES * 8 + 15) / 16 * 16;
    static constexpr int LAST_AT = CENTRES_AT + PLANES * 16;
    static constexpr int SHARED_BYTES = LAST_AT + TOKENS * 4;
    static_assert(STAGES >= DEPTH_WARPS, "every warp of a row needs a stage of its own");
    static_assert(BLOCKS_PER_PROCESSOR * (SHARED_BYTES + 1024) <= 228 * 1024, "the blocks must fit");
};

template <class S>
struct Ring {
    uint8_t *memory;

    // step: blocks of columns that the thread block has taken, all tiles together
    DEVICE uint8_t *stage(uint32_t step) const { return memory + step % S::STAGES * S::STAGE_BYTES; }
    DEVICE Barrier *full(uint32_t step) const { return barriers() + step % S::STAGES; }
    DEVICE Barrier *empty(uint32_t step) const { return barriers() + S::STAGES + step % S::STAGES; }
    static DEVICE uint32_t parity(uint32_t step) { return step / S::STAGES & 1; }

    // Operands of CENTRE in every row: loaded as 128 bits, where the compiler would copy a constant
    // into each register of the four.
    DEVICE Quad &centre(int plane) const { return reinterpret_cast<Quad *>(memory + S::CENTRES_AT)[plane]; }

    DEVICE void init() const
    {
        if (thread_index() == 0) {
            for (int j = 0; j < PLANES; ++j) {
                const uint32_t bits = S::Codes::centre(j);
                centre(j) = {{bits, bits, bits, bits}};
            }
            for (uint32_t i = 0; i < S::STAGES; ++i) {
                barrier_init(full(i), 1);
                barrier_init(empty(i), S::ROW_WARPS);
            }
            barrier_init_fence();
        }
        synchronise_block();
    }

private:
    DEVICE Barrier *barriers() const { return reinterpret_cast<Barrier *>(memory + S::BARRIERS_AT); }
};

// A block's share of the work: every block_count()-th tile of those that the routing filled.
template <class S>
struct Tiles {
    int columns, count;

    explicit DEVICE Tiles(const Product &p, int tile_outputs)
        : columns(p.outputs / tile_outputs), count(p.num_tokens_post_padded[0] / S::TOKENS * columns) {}
    DEVICE int tokens(int tile) const { return tile / columns; }
    DEVICE int column(int tile) const { return tile % columns; }
};

// One thread. The two halves of a tile lie `apart` weight rows from each other. Not unrolled: one stage
// is much to issue already, and it is waited for.
template <class S, int TILE_OUTPUTS>
DEVICE void produce(const Product &p, int apart, const Ring<S> &ring)
{
    constexpr bool NEIGHBOURS = TILE_OUTPUTS == S::ROWS;  // the halves, so that one copy is enough
    constexpr int WORDS = S::HALF * ROW_BYTES, SCALES = S::HALF * ROW_SCALE_BYTES;
    const Tiles<S> tiles(p, TILE_OUTPUTS);
    const int blocks = p.columns / BLOCK_COLUMNS;
    uint32_t step = 0;
    for (int tile = block_index(); tile < tiles.count; tile += block_count()) {
        const int64_t expert = p.expert_ids[tiles.tokens(tile)], row = tiles.column(tile) * TILE_OUTPUTS;
        const uint8_t *words = p.words + expert * p.words_expert + row * ROW_BYTES;
        const uint8_t *scales = p.scales + expert * p.scales_expert + row * ROW_SCALE_BYTES;
        NO_UNROLL
        for (int block = 0; block < blocks; ++block, ++step) {
            uint8_t *stage = ring.stage(step);
            Barrier *full = ring.full(step);
            barrier_wait(ring.empty(step), Ring<S>::parity(step) ^ 1);
            barrier_arrive_expect(full, S::STAGE_BYTES);
            if constexpr (NEIGHBOURS) {
                bulk_copy(stage, words, 2 * WORDS, full);
                bulk_copy(stage + S::SCALES_AT, scales, 2 * SCALES, full);
            } else {
                bulk_copy(stage, words, WORDS, full);
                bulk_copy(stage + WORDS, words + apart * ROW_BYTES, WORDS, full);
                bulk_copy(stage + S::SCALES_AT, scales, SCALES, full);
                bulk_copy(stage + S::SCALES_AT + SCALES, scales + apart * ROW_SCALE_BYTES, SCALES, full);
            }
            words += p.words_block;
            scales += p.scales_block;
        }
    }
}

// What a lane multiplies with: 8 of each plane's 32 columns of token lane / 4, from L2 into registers,
// as both MMAs of a plane want them. It is asked for before the wait for the weights, which is longer.
template <class S>
struct Activations {
    Quad plane[S::TOKEN_TILES][PLANES];

    template <bool SCALED>
    DEVICE void scale()
    {
        if constexpr (SCALED && S::Codes::SCALES_X) {
            UNROLL
            for (int n = 0; n < S::TOKEN_TILES; ++n)
                UNROLL
                for (int j = 0; j < PLANES; ++j)
                    UNROLL
                    for (int i = 0; i < 4; ++i)
                        plane[n][j].word[i] = multiply_bf16_pair(plane[n][j].word[i], S::Codes::x_scale(j));
        }
    }
};

template <class S>
struct Accumulators {
    float value[S::TILES][S::TOKEN_TILES][4];
};

// sums += stage · x, one scale group after the other.
template <class S>
DEVICE void multiply(Accumulators<S> &sums, const Ring<S> &ring, uint32_t step, const Activations<S> &x, int first_row)
{
    using Codes = typename S::Codes;
    using Word = typename Codes::Word;
    constexpr float ZERO[4] = {0, 0, 0, 0};
    const int lane = thread_index() % WARP, g = lane / 4, t = lane % 4;
    const uint8_t *stage = ring.stage(step);

    float start[S::TOKEN_TILES][PLANES][4];  // CENTRE·Σx, by the tensor core itself
    UNROLL
    for (int j = 0; j < PLANES; ++j) {
        const Quad centre = ring.centre(j % Codes::CENTRES);
        UNROLL
        for (int n = 0; n < S::TOKEN_TILES; ++n) {
            const Quad &q = x.plane[n][j];
            mma(start[n][j], centre.word, q.word[0], q.word[1], ZERO);
            mma(start[n][j], centre.word, q.word[2], q.word[3], start[n][j]);
        }
    }

    UNROLL
    for (int i = 0; i < S::TILES; ++i) {
        const int row = first_row + 8 * i + g;
        const Quad low = *reinterpret_cast<const Quad *>(stage + row * ROW_BYTES + 16 * t);
        const Quad high = *reinterpret_cast<const Quad *>(stage + (S::HALF + row) * ROW_BYTES + 16 * t);
        const uint8_t *scales = stage + S::SCALES_AT;
        const Pair low_scales = *reinterpret_cast<const Pair *>(scales + row * ROW_SCALE_BYTES);
        const Pair high_scales = *reinterpret_cast<const Pair *>(scales + (S::HALF + row) * ROW_SCALE_BYTES);
        Word words[4][2];
        UNROLL
        for (int w = 0; w < 4; ++w) {
            words[w][0] = Codes::open(low.word[w]);
            words[w][1] = Codes::open(high.word[w]);
        }
        UNROLL
        for (int j = 0; j < PLANES; ++j) {
            uint32_t a[2][4];
            UNROLL
            for (int w = 0; w < 4; ++w) {
                a[w / 2][w % 2 * 2] = Codes::operand(words[w][0], j);
                a[w / 2][w % 2 * 2 + 1] = Codes::operand(words[w][1], j);
            }
            const int shift = j % 2 ? 0 : 16;  // bf16 is the upper half of fp32
            const float scale = bits_as_float((low_scales.word[j / 2] << shift) & 0xffff0000u);
            const float scale_high = bits_as_float((high_scales.word[j / 2] << shift) & 0xffff0000u);
            UNROLL
            for (int n = 0; n < S::TOKEN_TILES; ++n) {
                const Quad &q = x.plane[n][j];
                float d[4];
                mma(d, a[0], q.word[0], q.word[1], start[n][j]);
                mma(d, a[1], q.word[2], q.word[3], d);
                float(&sum)[4] = sums.value[i][n];
                sum[0] += d[0] * scale;
                sum[1] += d[1] * scale;
                sum[2] += d[2] * scale_high;
                sum[3] += d[3] * scale_high;
            }
        }
    }
}

// Adds up what the depth warps have; afterwards warp `depth` holds the sums of tiles depth,
// depth + DEPTH_WARPS, … in the same order whichever warp was first.
template <class S>
DEVICE void exchange(Accumulators<S> &sums, uint8_t *memory, int row_warp, int depth)
{
    if constexpr (S::DEPTH_WARPS > 1) {
        auto *buffer = reinterpret_cast<Quad32 *>(memory + S::EXCHANGE_AT);
        const int lane = thread_index() % WARP;
        auto place = [&](int d, int i, int n) {
            return buffer + (((d * S::ROW_WARPS + row_warp) * S::TILES + i) * S::TOKEN_TILES + n) * WARP + lane;
        };
        UNROLL
        for (int i = 0; i < S::TILES; ++i)
            UNROLL
            for (int n = 0; n < S::TOKEN_TILES; ++n) {
                const float(&v)[4] = sums.value[i][n];
                *place(depth, i, n) = {{v[0], v[1], v[2], v[3]}};
            }
        synchronise(1, S::CONSUMERS);
        UNROLL
        for (int i = 0; i < S::TILES; ++i)
            if (i % S::DEPTH_WARPS == depth)
                UNROLL
                for (int n = 0; n < S::TOKEN_TILES; ++n) {
                    Quad32 total = *place(0, i, n);
                    UNROLL
                    for (int d = 1; d < S::DEPTH_WARPS; ++d) {
                        const Quad32 other = *place(d, i, n);
                        UNROLL
                        for (int c = 0; c < 4; ++c) total.value[c] += other.value[c];
                    }
                    UNROLL
                    for (int c = 0; c < 4; ++c) sums.value[i][n][c] = total.value[c];
                }
        synchronise(1, S::CONSUMERS);  // before the next tile writes the buffer
    }
}

}  // namespace mockwright
