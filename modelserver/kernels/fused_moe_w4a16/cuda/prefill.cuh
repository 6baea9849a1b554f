// Many tokens an expert: weights become bf16 in registers, the A operand of wgmma, and a tile of
// tokens in shared memory is its B operand. PREFILL.md has the layout and what was tried.
//
// A producer warpgroup fills a ring of stages by cp.async, one block of 128 columns each: weights,
// scales and the tokens' own rows of x, gathered on the way. Two consumer warpgroups multiply 128
// weight rows each, as two MMA tiles of 64 whose weights are decoded in turn while the other is being
// multiplied. Blocks are persistent: the ring runs on from tile to tile.
#pragma once

#include "combine.cuh"
#include "decode.cuh"
#include "wgmma.cuh"

namespace mockwright {

// tokens of a block of the alignment: the most that wgmma's N covers.
template <int tokens, int stages>
struct PrefillShape {
    static constexpr int TOKENS = tokens, STAGES = stages, BLOCKS_PER_PROCESSOR = 1;
    static constexpr int CONSUMERS = 2 * WARPGROUP, THREADS = CONSUMERS + WARPGROUP;
    static constexpr int ROWS = 256, HALF = ROWS / 2, MMA_TILES = 2;
    static constexpr int PRODUCER_REGISTERS = 88, CONSUMER_REGISTERS = 208;

    static constexpr int X_HALF = TOKENS * SWIZZLED_ROW;  // 64 of the stage's 128 columns
    static constexpr int WORDS_AT = 2 * X_HALF, SCALES_AT = WORDS_AT + ROWS * ROW_BYTES;
    static constexpr int STAGE_BYTES = SCALES_AT + ROWS * ROW_SCALE_BYTES;
    static constexpr int BARRIERS_AT = STAGES * STAGE_BYTES, ENTRIES_AT = BARRIERS_AT + 2 * STAGES * 8;
    static constexpr int WEIGHTS_AT = ENTRIES_AT + TOKENS * 4, LAST_AT = WEIGHTS_AT + TOKENS * 4;
    static constexpr int SHARED_BYTES = LAST_AT + TOKENS * 4;
    static_assert(STAGE_BYTES % SWIZZLE_ATOM == 0, "the swizzle counts from a multiple of its atom");
    static_assert(SHARED_BYTES <= 227 * 1024, "as much as a block can have");
};

// Where row i of a tile lies among the MMA's rows. Rows g and g + 8 of 16 belong to the same lane.
struct GateUpRows {  // a gate row and its up row, which is in the tile's other half
    static DEVICE int mma_row(int i) { return i % 128 / 8 * 16 + i / 128 * 8 + i % 8; }
    static DEVICE int low(int slice, int g) { return 8 * slice + g; }
    static DEVICE int high(int slice, int g) { return 128 + low(slice, g); }
};
struct DownRows {  // neighbours, so that a lane's results are neighbours in memory
    static DEVICE int mma_row(int i) { return i / 16 * 16 + i % 2 * 8 + i % 16 / 2; }
    static DEVICE int low(int slice, int g) { return 16 * slice + 2 * g; }
    static DEVICE int high(int slice, int g) { return low(slice, g) + 1; }
};

// A place in the ring, for whoever goes through it.
template <class S>
class Turn {
public:
    explicit DEVICE Turn(uint8_t *memory) : memory_(memory) {}

    DEVICE uint8_t *stage() const { return memory_ + stage_ * S::STAGE_BYTES; }
    DEVICE Barrier *empty() const { return full() + S::STAGES; }
    DEVICE void wait_full() const { barrier_wait(full(), parity_); }
    DEVICE void wait_empty() const { barrier_wait(empty(), parity_ ^ 1); }
    DEVICE Barrier *full() const { return reinterpret_cast<Barrier *>(memory_ + S::BARRIERS_AT) + stage_; }

    DEVICE void next()
    {
        if (++stage_ == S::STAGES) {
            stage_ = 0;
            parity_ ^= 1;
        }
    }

    DEVICE void init_barriers() const
    {
        if (thread_index() == 0) {
            for (int i = 0; i < S::STAGES; ++i) {
                barrier_init(full() + i, WARPGROUP);
                barrier_init(empty() + i, S::CONSUMERS / WARP);
            }
            barrier_init_fence();
        }
        synchronise_block();
    }

private:
    uint8_t *memory_;
    int stage_ = 0;
    uint32_t parity_ = 0;
};

// The producer's lanes. The two halves of a tile lie `apart` weight rows from each other.
template <class S, class Rows, int TILE_OUTPUTS>
DEVICE void fill_stages(const Product &p, int apart, Turn<S> turn)
{
    constexpr int X_PASSES = S::TOKENS / 16, WORD_PASSES = S::ROWS / 32;
    const Tiles<S> tiles(p, TILE_OUTPUTS);
    const int lane = thread_index() - S::CONSUMERS, blocks = p.columns / BLOCK_COLUMNS;
    const int word_row = lane / 4, word_chunk = lane % 4, x_row = lane / 8, x_chunk = lane % 8;
    const int words_to = S::WORDS_AT + swizzled_half(Rows::mma_row(word_row), word_chunk);
    const int x_to = swizzled(x_row, x_chunk), scales_to = S::SCALES_AT + 16 * lane;
    AsyncCopies copies;
    for (int tile = block_index(); tile < tiles.count; tile += block_count()) {
        const int64_t expert = p.expert_ids[tiles.tokens(tile)], row = tiles.column(tile) * TILE_OUTPUTS;
        const uint8_t *words = p.words + expert * p.words_expert + (row + word_row) * ROW_BYTES + 16 * word_chunk;
        const uint8_t *scales = p.scales + expert * p.scales_expert +
                                (row + 2 * lane % S::HALF + 2 * lane / S::HALF * apart) * ROW_SCALE_BYTES;
        const uint8_t *x = reinterpret_cast<const uint8_t *>(p.x) + 16 * x_chunk;
        int entries[X_PASSES];
        UNROLL
        for (int i = 0; i < X_PASSES; ++i) {
            const int entry = p.entry(tiles.tokens(tile) * S::TOKENS + 16 * i + x_row);
            entries[i] = entry < 0 ? -1 : entry / p.entries_a_row * (p.columns / 8);
        }
        for (int block = 0; block < blocks; ++block, turn.next()) {
            uint8_t *stage = turn.stage();
            turn.wait_empty();
            UNROLL
            for (int i = 0; i < WORD_PASSES; ++i)
                copies.add(stage + words_to + Rows::mma_row(32 * i) * ROW_BYTES,
                           words + (32 * i % S::HALF + 32 * i / S::HALF * apart) * ROW_BYTES);
            copies.add(stage + scales_to, scales);
            UNROLL
            for (int i = 0; i < X_PASSES; ++i)
                if (entries[i] >= 0) {  // nobody looks at what comes out of the others
                    const uint8_t *from = x + int64_t(entries[i]) * 16;
                    copies.add(stage + x_to + 16 * i * SWIZZLED_ROW, from);
                    copies.add(stage + x_to + 16 * i * SWIZZLED_ROW + S::X_HALF, from + SWIZZLED_ROW);
                }
            copies.arrive(turn.full());
            words += p.words_block;
            scales += p.scales_block;
            x += 2 * BLOCK_COLUMNS;
        }
    }
    copies.wait();
}

// A masked code c is the bf16 number c·2^-133 as it stands (see codes.cuh). One multiply-add makes of
// it (c − 8)·scale·2^-32, rounded once: the scale's multiples by powers of two are exact, and neither
// they nor the product leave bf16's range for scales of 2^-94 to 2^26. The results are 2^32 too small.
constexpr float PREFILL_RESULT = 4294967296.0f;

// One stage's weights of a lane, undecoded: rows g (low) and g + 8 (high) of both MMA tiles.
template <class S, class Rows>
struct Fragments {
    uint32_t low[S::MMA_TILES][4], high[S::MMA_TILES][4];  // word i: columns 8i + 2t, + 1 of each plane
    Pair low_scales[S::MMA_TILES], high_scales[S::MMA_TILES];

    DEVICE void load(const uint8_t *stage)
    {
        const int lane = thread_index() % WARP;
        UNROLL
        for (int i = 0; i < S::MMA_TILES; ++i) {
            const int slice = first_slice() + 4 * i;
            const uint8_t *words = stage + S::WORDS_AT + 16 * slice * ROW_BYTES + swizzled_half(lane % 8, lane / 8);
            load_matrices(low[i], words);
            load_matrices(high[i], words + 8 * ROW_BYTES);
            const Pair *scales = reinterpret_cast<const Pair *>(stage + S::SCALES_AT);
            low_scales[i] = scales[Rows::low(slice, lane / 4)];
            high_scales[i] = scales[Rows::high(slice, lane / 4)];
        }
    }

    // Of the tile's slices of 16 MMA rows, this warp's first. Its next one is four on.
    static DEVICE int first_slice()
    {
        const int warp = thread_index() / WARP;
        return warp / 4 * 4 * S::MMA_TILES + warp % 4;
    }

    // Both k16 operands of a plane.
    DEVICE void decode(uint32_t (&a)[2][4], int tile, int plane) const
    {
        decode_row<0>(a, low[tile], low_scales[tile], plane);
        decode_row<1>(a, high[tile], high_scales[tile], plane);
        settle(a[0]);
        settle(a[1]);
    }

private:
    template <int HIGH>
    static DEVICE void decode_row(uint32_t (&a)[2][4], const uint32_t (&words)[4], const Pair &scales, int plane)
    {
        const uint32_t scale = broadcast_half(scales.word[plane / 2], plane % 2);
        const uint32_t step = multiply_bf16_pair(scale, both_halves(bf16_power(plane % 2 ? 97 : 101)));
        const uint32_t zero = multiply_bf16_pair(scale, both_halves(0x8000 | bf16_power(-29)));  // −8·2^-32
        UNROLL
        for (int i = 0; i < 4; ++i) {
            const uint32_t code = words[i] >> plane / 2 * 8 & both_halves(plane % 2 ? 0xf0 : 0x0f);
            a[i / 2][i % 2 * 2 + HIGH] = multiply_add_bf16_pair(code, step, zero);
        }
    }
};

template <class S>
struct PrefillSums {
    float value[S::MMA_TILES][S::TOKENS / 2];  // as wgmma's d
};

// sums += the tile's weights · its first N tokens, over all blocks of columns.
template <int N, class S, class Rows>
DEVICE void multiply_blocks(PrefillSums<S> &sums, int blocks, Turn<S> &turn)
{
    constexpr int UNITS = S::MMA_TILES * PLANES, UNITS_16 = 2;  // 32 bytes of a descriptor's 16
    Fragments<S, Rows> fragments;
    uint32_t a[2][2][4];  // one unit's operands being multiplied, one's being decoded
    auto open_stage = [&] {
        turn.wait_full();
        fence_for_tensor_core();
        fragments.load(turn.stage());
        fragments.decode(a[0], 0, 0);
    };
    open_stage();
    for (int block = 0; block < blocks; ++block) {
        const uint64_t x = tile_descriptor(turn.stage());
        Barrier *empty = turn.empty();
        UNROLL
        for (int unit = 0; unit < UNITS; ++unit) {
            const int tile = unit % S::MMA_TILES, plane = unit / S::MMA_TILES;
            const uint64_t columns = x + plane / 2 * (S::X_HALF / 16) + plane % 2 * 2 * UNITS_16;
            wgmma_fence();
            wgmma<N>(sums.value[tile], a[unit % 2][0], columns);
            wgmma<N>(sums.value[tile], a[unit % 2][1], columns + UNITS_16);
            wgmma_commit();
            wgmma_wait<1>();
            const int next = unit + 1;
            if (next < UNITS) fragments.decode(a[next % 2], next % S::MMA_TILES, next / S::MMA_TILES);
        }
        turn.next();
        if (block + 1 < blocks) open_stage();
        wgmma_wait<0>();  // across the loop's end nothing may be under way: ptxas would serialise it all
        synchronise_warp();
        if (thread_index() % WARP == 0) barrier_arrive(empty);
    }
}

}  // namespace mockwright
