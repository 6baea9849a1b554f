// Fused mixture of experts on the CPU, INT4 weights with one scale for 32 weights.
//
//     y[t] = sum over the experts e of token t:  weight(t, e) * W2[e] (silu(gate) * up),   gate, up = W13[e] x[t]
//
// Activations become fixed-point numbers of 15 bits, one exponent for each 32 of them, cut into two signed
// bytes: X = 128 * high + low. Codes are bytes without sign (0..15). Products of the two are summed exactly in
// 32-bit integers; both scales are then applied to the sum in float. README.md has the reasons and the measurements.
//
// Every path does the same operations in the same order, so all of them return the same bits, for any
// number of threads and for any other tokens in the batch.

#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "paths.h"

#define EXPORT __attribute__((visibility("default")))

namespace {

template <class Path>
void dot(int rows, const Group* const* x, const Weights& w, int64_t block, Tile& out) {
    using Dot = void (*)(const Group* const*, const uint8_t*, const bf16*, int64_t, Tile&);
    static const Dot dots[ROWS] = {
        Path::template dot<1>, Path::template dot<2>, Path::template dot<3>, Path::template dot<4>,
        Path::template dot<5>, Path::template dot<6>, Path::template dot<7>, Path::template dot<8>,
    };
    dots[rows - 1](x, w.codes_of(block), w.scales_of(block), w.groups, out);
}

// The tokens of each expert, in the order of the tokens: pair p of expert e, first[e] <= p < first[e + 1].
struct Routing {
    std::vector<int64_t> first;
    std::vector<int32_t> token;
    std::vector<float> weight;
};

}  // namespace

extern "C" {

struct Problem {
    const void* x;                        // [tokens, hidden], bf16 or float
    const uint8_t* codes13;               // [experts, 2 * inner / 32, hidden / 32, 512]: gate rows, then up rows
    const bf16* scales13;                 // [experts, 2 * inner / 32, hidden / 32, 32]
    const uint8_t* codes2;                // [experts, hidden / 32, inner / 32, 512]
    const bf16* scales2;
    const float* weights;                 // [tokens, slots]
    const int32_t* ids;                   // [tokens, slots], -1 for none
    void* y;                              // [tokens, hidden], of the type of x
    int64_t tokens, slots, experts, hidden, inner;
    int32_t x_is_bf16, threads;
};

}  // extern "C"

namespace {

bool route(const Problem& p, Routing& routing) {
    const int64_t slots = p.tokens * p.slots;
    routing.first.assign(p.experts + 1, 0);
    for (int64_t i = 0; i < slots; i++) {
        if (p.ids[i] < -1 || p.ids[i] >= p.experts) return false;
        if (p.ids[i] >= 0) routing.first[p.ids[i] + 1]++;
    }
    for (int64_t e = 0; e < p.experts; e++) routing.first[e + 1] += routing.first[e];
    routing.token.resize(routing.first[p.experts]);
    routing.weight.resize(routing.first[p.experts]);
    std::vector<int64_t> next(routing.first.begin(), routing.first.end() - 1);
    for (int64_t i = 0; i < slots; i++) {
        if (p.ids[i] < 0) continue;
        int64_t pair = next[p.ids[i]]++;
        routing.token[pair] = int32_t(i / p.slots);
        routing.weight[pair] = p.weights[i];
    }
    return true;
}

// 32 columns of silu(gate) * up for the pairs [from, to) of one expert.
template <class Path>
void gate_up(const Weights& w, int64_t column, int64_t inner, const Group* x, const Routing& routing, int64_t from,
             int64_t to, Group* h) {
    for (int64_t pair = from; pair < to; pair += ROWS) {
        const int rows = int(to - pair < ROWS ? to - pair : ROWS);
        const Group* row[ROWS];
        for (int m = 0; m < rows; m++) row[m] = x + routing.token[pair + m] * w.groups;
        Tile gate, up;
        dot<Path>(rows, row, w, column, gate);
        dot<Path>(rows, row, w, inner / BLOCK + column, up);
        for (int m = 0; m < rows; m++) Path::activate(gate[m], up[m], h[(pair + m) * (inner / GROUP) + column]);
    }
}

// 32 columns of the result: adds weight * (W2 h) for the pairs [from, to) of one expert.
template <class Path>
void down(const Weights& w, int64_t block, int64_t hidden, const Group* h, const Routing& routing, int64_t from,
          int64_t to, float* y) {
    for (int64_t pair = from; pair < to; pair += ROWS) {
        const int rows = int(to - pair < ROWS ? to - pair : ROWS);
        const Group* row[ROWS];
        for (int m = 0; m < rows; m++) row[m] = h + (pair + m) * w.groups;
        Tile tile;
        dot<Path>(rows, row, w, block, tile);
        for (int m = 0; m < rows; m++) {
            float* sum = y + routing.token[pair + m] * hidden + block * BLOCK;
            for (int n = 0; n < BLOCK; n++) sum[n] += routing.weight[pair + m] * tile[m][n];
        }
    }
}

void write(const Problem& p, const float* y, int64_t block) {
    for (int64_t t = 0; t < p.tokens; t++) {
        const int64_t at = t * p.hidden + block * BLOCK;
        if (p.x_is_bf16)
            for (int n = 0; n < BLOCK; n++) static_cast<bf16*>(p.y)[at + n] = narrow(y[at + n]);
        else
            std::memcpy(static_cast<float*>(p.y) + at, y + at, BLOCK * sizeof(float));
    }
}

// A thread owns the same columns of h, and of y, for every expert: no two write the same place, and the order of
// every sum is fixed.
template <class Path>
void forward(const Problem& p, const Routing& routing) {
    const int64_t hidden_groups = p.hidden / GROUP, inner_groups = p.inner / GROUP;
    const int64_t pairs = routing.first[p.experts];
    std::unique_ptr<Group[]> x(new Group[p.tokens * hidden_groups]), h(new Group[pairs * inner_groups]);
    std::unique_ptr<float[]> y(new float[p.tokens * p.hidden]());
    const int64_t matrix = p.hidden * p.inner;
#pragma omp parallel num_threads(p.threads) if (p.threads > 1)
    {
#pragma omp for schedule(static)
        for (int64_t i = 0; i < p.tokens * hidden_groups; i++) Path::quantise(p.x, p.x_is_bf16, i * GROUP, x[i]);
        for (int64_t e = 0; e < p.experts; e++) {
            if (routing.first[e] == routing.first[e + 1]) continue;
            Weights w{p.codes13 + e * matrix, p.scales13 + e * (matrix * 2 / GROUP), hidden_groups};
#pragma omp for schedule(static) nowait
            for (int64_t column = 0; column < inner_groups; column++)
                gate_up<Path>(w, column, p.inner, x.get(), routing, routing.first[e], routing.first[e + 1], h.get());
        }
#pragma omp barrier
        for (int64_t e = 0; e < p.experts; e++) {
            if (routing.first[e] == routing.first[e + 1]) continue;
            Weights w{p.codes2 + e * (matrix / 2), p.scales2 + e * (matrix / GROUP), inner_groups};
#pragma omp for schedule(static) nowait
            for (int64_t block = 0; block < p.hidden / BLOCK; block++)
                down<Path>(w, block, p.hidden, h.get(), routing, routing.first[e], routing.first[e + 1], y.get());
        }
#pragma omp for schedule(static)
        for (int64_t block = 0; block < p.hidden / BLOCK; block++) write(p, y.get(), block);
    }
}

}  // namespace

extern "C" {

enum Path { SCALAR = 0, AVX2_FMA = 1, AVX512_VNNI = 2 };
enum Status { DONE = 0, WRONG_EXPERT = 1, NO_MEMORY = 2, NO_SUCH_PATH = 3 };

// The fastest path that this processor has; the slower ones run too.
EXPORT int moe_best_path() {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return SCALAR;
    bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
                __builtin_cpu_supports("avx512vnni");
    return wide ? AVX512_VNNI : AVX2_FMA;
#else
    return SCALAR;
#endif
}

EXPORT int moe_forward(const Problem* p, int path) {
    if (path < SCALAR || path > moe_best_path()) return NO_SUCH_PATH;
    try {
        Routing routing;
        if (!route(*p, routing)) return WRONG_EXPERT;
#if defined(__x86_64__)
        if (path == AVX512_VNNI) forward<Avx512>(*p, routing);
        if (path == AVX2_FMA) forward<Avx2>(*p, routing);
#endif
        if (path == SCALAR) forward<Scalar>(*p, routing);
    } catch (const std::bad_alloc&) {
        return NO_MEMORY;
    }
    return DONE;
}

// One matrix [n, words * 8] of compressed-tensors words (eight codes, the lowest nibble first) into the layout of
// Weights. A word's nibbles 0..3 become the low, 4..7 the high nibbles of its four bytes. Strides are in elements.
EXPORT void moe_pack(const uint32_t* source, int64_t row_stride, int64_t word_stride, int64_t n, int64_t words,
                     uint8_t* codes) {
    for (int64_t block = 0; block < n; block += BLOCK)
        for (int64_t group = 0; group < words; group += GROUP / 8)
            for (int64_t half = block; half < block + BLOCK; half += HALF)
                for (int64_t word = group; word < group + GROUP / 8; word++)
                    for (int64_t row = half; row < half + HALF; row++) {
                        const uint32_t eight = source[row * row_stride + word * word_stride];
                        const uint32_t four = spread(eight & 0xffff) | spread(eight >> 16) << 4;
                        std::memcpy(codes, &four, 4);
                        codes += 4;
                    }
}

// Asks for huge pages; where there are none the memory works all the same.
EXPORT void moe_huge_pages(void* start, int64_t size) {
#if defined(__linux__)
    madvise(start, size_t(size), MADV_HUGEPAGE);
#else
    (void)start, (void)size;
#endif
}

}  // extern "C"
