// Small kernels on the host forms of the instructions, for test_lanes.py. Each returns 0, or 1 with
// what went wrong in `said`.
#include "../../../modelserver/kernels/fused_moe_w4a16/cuda/codes.cuh"

#include <cstdio>

using namespace mockwright;

namespace {

constexpr int SAID = 4096;

template <class Body>
int attempt(unsigned blocks, unsigned threads, std::size_t shared, uint64_t seed, char *said, Body body)
{
    lanes::Grid grid;
    grid.blocks = blocks;
    grid.threads = threads;
    grid.shared_bytes = shared;
    grid.seed = seed;
    try {
        lanes::launch(grid, body);
    } catch (const lanes::Fault &fault) {
        std::snprintf(said, SAID, "%s", fault.what());
        return 1;
    }
    return 0;
}

constexpr int CHUNK = 64;  // floats of a stage
constexpr int CORRECT = 0, READS_EARLY = 1, WRITES_EARLY = 2, NEVER_ARRIVES = 3, ARRIVES_TWICE = 4;

// One lane copies, one warp adds up; `mistake` leaves out one of the waits.
void ring(const float *from, float *sums, int steps, int stages, int mistake)
{
    auto *memory = reinterpret_cast<float *>(shared_memory());
    auto *full = reinterpret_cast<Barrier *>(memory + stages * CHUNK), *empty = full + stages;
    if (thread_index() == 0) {
        for (int i = 0; i < stages; ++i) {
            barrier_init(full + i, 1);
            barrier_init(empty + i, 1);
        }
        barrier_init_fence();
    }
    synchronise_block();
    if (thread_index() >= WARP) {
        if (thread_index() > WARP) return;
        for (int step = 0; step < steps; ++step) {
            const int stage = step % stages;
            if (mistake != WRITES_EARLY) barrier_wait(empty + stage, (step / stages & 1) ^ 1);
            barrier_arrive_expect(full + stage, CHUNK * 4);
            if (mistake == ARRIVES_TWICE) barrier_arrive(full + stage);
            bulk_copy(memory + stage * CHUNK, from + step * CHUNK, CHUNK * 4, full + stage);
        }
        return;
    }
    float sum[2] = {};
    for (int step = 0; step < steps; ++step) {
        const int stage = step % stages;
        if (mistake != READS_EARLY) barrier_wait(full + stage, step / stages & 1);
        for (int i = 0; i < 2; ++i) sum[i] += memory[stage * CHUNK + 2 * thread_index() + i];
        synchronise_warp();
        if (thread_index() == 0 && mistake != NEVER_ARRIVES) barrier_arrive(empty + stage);
    }
    for (int i = 0; i < 2; ++i) sums[2 * thread_index() + i] = sum[i];
}

// What a product with x = 1 comes to, for each plane and code: code − 8 if all scales fit each other.
template <class Codes>
void weights_of(float *to)
{
    for (int plane = 0; plane < PLANES; ++plane)
        for (uint32_t code = 0; code < 16; ++code) {
            const auto word = Codes::open(both_halves((code << 4 * plane | 0xa5a5 & ~(15u << 4 * plane)) & 0xffff));
            const uint32_t weight = Codes::operand(word, plane), centre = Codes::centre(plane);
            lanes::check(weight >> 16 == (weight & 0xffff), "both halves hold the same code");
            const double sum = double(bf16_as_float(weight & 0xffff)) + double(bf16_as_float(centre & 0xffff));
            const double x = bf16_as_float(Codes::x_scale(plane) & 0xffff);
            lanes::check(x == Codes::x_factor(plane), "x is scaled alike in registers and in memory");
            *to++ = static_cast<float>(sum * x * Codes::RESULT);
        }
}

}  // namespace

extern "C" {

int codes_are_weights(float *subnormal, float *offset, char *said)
{
    return attempt(1, WARP, 0, 0, said, [=] {
        weights_of<Subnormal>(subnormal);
        weights_of<Offset>(offset);
    });
}

int multiply(const uint16_t *a, const uint16_t *b, const float *c, float *d, uint64_t seed, char *said)
{
    return attempt(1, WARP, 0, seed, said, [=] {
        const int g = thread_index() / 4, t = thread_index() % 4;
        auto pair = [](uint16_t low, uint16_t high) { return low | uint32_t(high) << 16; };
        uint32_t left[4], right[2];
        for (int i = 0; i < 4; ++i) {
            const uint16_t *at = a + (g + i % 2 * 8) * 16 + 2 * t + i / 2 * 8;
            left[i] = pair(at[0], at[1]);
        }
        for (int i = 0; i < 2; ++i) right[i] = pair(b[(2 * t + 8 * i) * 8 + g], b[(2 * t + 8 * i + 1) * 8 + g]);
        float sum[4];
        for (int i = 0; i < 4; ++i) sum[i] = c[(g + i / 2 * 8) * 8 + 2 * t + i % 2];
        mma(sum, left, right[0], right[1], sum);
        for (int i = 0; i < 4; ++i) d[(g + i / 2 * 8) * 8 + 2 * t + i % 2] = sum[i];
    });
}

int ring_sum(const float *from, float *sums, int steps, int stages, int mistake, uint64_t seed, char *said)
{
    return attempt(1, 2 * WARP, stages * (CHUNK * 4 + 16), seed, said, [=] { ring(from, sums, steps, stages, mistake); });
}

int shuffles(const int *from, int *rotated, int *swapped, uint64_t seed, char *said)
{
    return attempt(1, 2 * WARP, 0, seed, said, [=] {
        const int thread = thread_index();
        rotated[thread] = shuffle(from[thread], (thread + 1) % WARP);
        swapped[thread] = shuffle_xor(from[thread], 4);
    });
}

// Blocks count themselves; the value before each count is written down.
int count_blocks(int *counter, int *before, int blocks, uint64_t seed, char *said)
{
    return attempt(blocks, WARP, 0, seed, said, [=] {
        if (thread_index() == 0) before[block_index()] = add_ordered(counter, 1);
    });
}

// Two of three warps meet twice at a barrier around a write: all must read what was written.
int named_barrier(int *seen, uint64_t seed, char *said)
{
    return attempt(1, 3 * WARP, 16, seed, said, [=] {
        auto *word = reinterpret_cast<int *>(shared_memory());
        if (thread_index() >= 2 * WARP) return;
        for (int turn = 0; turn < 3; ++turn) {
            if (thread_index() == turn) *word = turn;
            synchronise(1, 2 * WARP);
            seen[turn * 2 * WARP + thread_index()] = *word;
            synchronise(1, 2 * WARP);
        }
    });
}

int diverge(char *said)
{
    return attempt(1, WARP, 0, 0, said, [] { thread_index() < 16 ? (void)shuffle(1, 0) : synchronise_warp(); });
}

int copy_unaligned(const float *from, char *said)
{
    return attempt(1, WARP, 64, 0, said, [=] {
        auto *barrier = reinterpret_cast<Barrier *>(shared_memory());
        if (thread_index() != 0) return;
        barrier_init(barrier, 1);
        bulk_copy(shared_memory() + 16, from + 1, 16, barrier);
    });
}

int copy_and_leave(const float *from, char *said)
{
    return attempt(1, WARP, 64, 0, said, [=] {
        auto *barrier = reinterpret_cast<Barrier *>(shared_memory());
        if (thread_index() != 0) return;
        barrier_init(barrier, 1);
        for (int i = 0; i < 16; ++i) bulk_copy(shared_memory() + 16, from, 16, barrier);
    });
}

int wait_uninitialised(char *said)
{
    return attempt(1, WARP, 64, 0, said, [] { barrier_wait(reinterpret_cast<Barrier *>(shared_memory()), 0); });
}

void round_pairs(const float *from, uint32_t *to, int pairs)
{
    for (int i = 0; i < pairs; ++i) to[i] = bf16_pair(from[2 * i], from[2 * i + 1]);
}
}
