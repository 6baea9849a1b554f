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
#if defined(__x86_64__)
#include <immintrin.h>
#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma")))
#endif
#define EXPORT __attribute__((visibility("default")))
#define ALWAYS_INLINE inline __attribute__((always_inline))

namespace {

constexpr int GROUP = 32;                 // weights that share a scale; activations that share an exponent
constexpr int HALF = 16;                  // output rows of one 512-bit register
constexpr int BLOCK = 2 * HALF;           // output rows that are computed together, so that activations load once
constexpr int ROWS = 8;                   // most tokens that share one pass over the weights
constexpr int HALF_BYTES = HALF * GROUP / 2;
constexpr int GROUP_BYTES = 2 * HALF_BYTES;
constexpr int PREFETCHED = 1024;           // bytes ahead of the codes in use
constexpr float LARGEST = 16256;          // 127 * 128: the largest fixed-point number
constexpr float SMALLEST_NORMAL = 1.17549435e-38f;
constexpr uint32_t INFINITE = 0x7f800000u;

using bf16 = uint16_t;

struct Group {                            // 32 activations
    int8_t high[GROUP], low[GROUP];
    float scale;
    int32_t offset;                       // -8 * sum of X: codes are stored with 8 added
};

struct Weights {                          // one expert's matrix [n, k]
    const uint8_t* codes;                 // [n / 32, k / 32, 512]
    const bf16* scales;                   // [n / 32, k / 32, 32]
    int64_t groups;                       // k / 32
    const uint8_t* codes_of(int64_t block) const { return codes + block * groups * GROUP_BYTES; }
    const bf16* scales_of(int64_t block) const { return scales + block * groups * BLOCK; }
};

using Tile = float[ROWS][BLOCK];

ALWAYS_INLINE uint32_t bits(float value) { uint32_t u; std::memcpy(&u, &value, 4); return u; }
ALWAYS_INLINE float number(uint32_t bits) { float f; std::memcpy(&f, &bits, 4); return f; }
ALWAYS_INLINE float widen(bf16 value) { return number(uint32_t(value) << 16); }

ALWAYS_INLINE bf16 narrow(float value) {
    uint32_t u = bits(value);
    uint32_t rounded = (u + 0x7fffu + ((u >> 16) & 1u)) >> 16;
    return bf16((u & 0x7fffffffu) > INFINITE ? (u >> 16) | 0x40u : rounded);
}

// Four nibbles as the low nibbles of four bytes.
ALWAYS_INLINE uint32_t spread(uint32_t nibbles) {
    nibbles = (nibbles | nibbles << 8) & 0x00ff00ffu;
    return (nibbles | nibbles << 4) & 0x0f0f0f0fu;
}

// To the nearest integer, ties to even; |value| < 2^22. Adding 1.5 * 2^23 leaves the integer in the low bits.
ALWAYS_INLINE int32_t nearest(float value) { return int32_t(bits(value + 12582912.0f) - 0x4b400000u); }

// Relative error 2e-7 (Cephes' polynomial); 0 below -87, finite up to 88, not a number for not a number.
ALWAYS_INLINE float exponential(float x) {
    x = x < -87.0f ? -87.0f : x;
    x = x > 88.0f ? 88.0f : x;
    float whole = x * 1.44269504f + 12582912.0f;
    int32_t n = int32_t(bits(whole) - 0x4b400000u);
    whole -= 12582912.0f;
    float r = __builtin_fmaf(whole, -0.693359375f, x);
    r = __builtin_fmaf(whole, 2.12194440e-4f, r);
    float p = 1.9875691500e-4f;
    p = __builtin_fmaf(p, r, 1.3981999507e-3f);
    p = __builtin_fmaf(p, r, 8.3334519073e-3f);
    p = __builtin_fmaf(p, r, 4.1665795894e-2f);
    p = __builtin_fmaf(p, r, 1.6666665459e-1f);
    p = __builtin_fmaf(p, r, 5.0000001201e-1f);
    p = __builtin_fmaf(p, r * r, r) + 1.0f;
    return p * number(uint32_t(n + 127) << 23);
}

ALWAYS_INLINE float silu(float x) { return x / (1.0f + exponential(-x)); }

// One group to fixed point. A group with an infinity or a NaN gets the scale NaN, which poisons its token's row.
ALWAYS_INLINE void quantise_group(const float* values, Group& group) {
    uint32_t top = 0;
    for (int i = 0; i < GROUP; i++) {
        uint32_t magnitude = bits(values[i]) & 0x7fffffffu;
        top = magnitude > top ? magnitude : top;
    }
    float scale = number(top) / LARGEST;
    scale = scale < SMALLEST_NORMAL ? SMALLEST_NORMAL : scale;
    bool finite = top < INFINITE;
    float inverse = finite ? 1.0f / scale : 0.0f;
    int32_t sum = 0;
    for (int i = 0; i < GROUP; i++) {
        int32_t fixed = nearest((finite ? values[i] : 0.0f) * inverse);
        int32_t high = (fixed + 64) >> 7;
        group.high[i] = int8_t(high);
        group.low[i] = int8_t(fixed - high * 128);
        sum += fixed;
    }
    group.scale = finite ? scale : number(0x7fc00000u);
    group.offset = -8 * sum;
}

ALWAYS_INLINE void activate_group(const float* gate, const float* up, Group& group) {
    float values[GROUP];
    for (int i = 0; i < GROUP; i++) values[i] = silu(gate[i]) * up[i];
    quantise_group(values, group);
}

ALWAYS_INLINE void widen_group(const void* x, bool x_is_bf16, int64_t at, Group& group) {
    float values[GROUP];
    if (x_is_bf16)
        for (int i = 0; i < GROUP; i++) values[i] = widen(static_cast<const bf16*>(x)[at + i]);
    else
        std::memcpy(values, static_cast<const float*>(x) + at, sizeof values);
    quantise_group(values, group);
}

// A path computes Tile[m][n] = dot(x[m], weights of row n of the block) for M tokens, and the two epilogues.

struct Scalar {
    template <int M>
    static void dot(const Group* const* x, const uint8_t* codes, const bf16* scales, int64_t groups, Tile& out) {
        for (int m = 0; m < M; m++)
            for (int n = 0; n < BLOCK; n++) {
                float total = 0;
                for (int64_t g = 0; g < groups; g++) {
                    const Group& a = x[m][g];
                    const uint8_t* line = codes + g * GROUP_BYTES + n / HALF * HALF_BYTES + n % HALF * 4;
                    int32_t high = 0, low = a.offset;
                    for (int k = 0; k < GROUP; k++) {
                        int code = (line[k / 8 * 64 + k % 4] >> (k & 4)) & 15;
                        high += code * a.high[k];
                        low += code * a.low[k];
                    }
                    total = __builtin_fmaf(float(high * 128 + low) * a.scale, widen(scales[g * BLOCK + n]), total);
                }
                out[m][n] = total;
            }
    }
    static void activate(const float* gate, const float* up, Group& group) { activate_group(gate, up, group); }
    static void quantise(const void* x, bool x_is_bf16, int64_t at, Group& group) {
        widen_group(x, x_is_bf16, at, group);
    }
};

#if defined(__x86_64__)
struct Avx2 {
    // Sums of two products of a code and a byte fit 16 bits, and so do eight of those: 8 * 2 * 15 * 127 < 2^15.
    AVX2 static ALWAYS_INLINE __m256i products(const __m256i* code, const int8_t* digits) {
        __m256i sum = _mm256_setzero_si256();
        for (int s = 0; s < 8; s++) {
            int32_t four;
            std::memcpy(&four, digits + 4 * s, 4);
            sum = _mm256_add_epi16(sum, _mm256_maddubs_epi16(code[s], _mm256_set1_epi32(four)));
        }
        return _mm256_madd_epi16(sum, _mm256_set1_epi16(1));
    }

    template <int M>
    AVX2 static void dot(const Group* const* x, const uint8_t* codes, const bf16* scales, int64_t groups, Tile& out) {
        const __m256i nibble = _mm256_set1_epi8(15);
        for (int row = 0; row < BLOCK; row += 8) {
            __m256 total[M];
            for (int m = 0; m < M; m++) total[m] = _mm256_setzero_ps();
            for (int64_t g = 0; g < groups; g++) {
                const uint8_t* line = codes + g * GROUP_BYTES + row / HALF * HALF_BYTES + row % HALF * 4;
                _mm_prefetch(reinterpret_cast<const char*>(line) + PREFETCHED, _MM_HINT_T0);
                __m256i code[8];
                for (int i = 0; i < 4; i++) {
                    __m256i two = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(line + i * 64));
                    code[2 * i] = _mm256_and_si256(two, nibble);
                    code[2 * i + 1] = _mm256_and_si256(_mm256_srli_epi16(two, 4), nibble);
                }
                __m128i narrow = _mm_loadu_si128(reinterpret_cast<const __m128i*>(scales + g * BLOCK + row));
                __m256 scale = _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(narrow), 16));
                for (int m = 0; m < M; m++) {
                    const Group& a = x[m][g];
                    __m256i sum = _mm256_add_epi32(_mm256_slli_epi32(products(code, a.high), 7), products(code, a.low));
                    sum = _mm256_add_epi32(sum, _mm256_set1_epi32(a.offset));
                    __m256 term = _mm256_mul_ps(_mm256_cvtepi32_ps(sum), _mm256_set1_ps(a.scale));
                    total[m] = _mm256_fmadd_ps(term, scale, total[m]);
                }
            }
            for (int m = 0; m < M; m++) _mm256_storeu_ps(out[m] + row, total[m]);
        }
    }
    AVX2 static void activate(const float* gate, const float* up, Group& group) { activate_group(gate, up, group); }
    AVX2 static void quantise(const void* x, bool x_is_bf16, int64_t at, Group& group) {
        widen_group(x, x_is_bf16, at, group);
    }
};

struct Avx512 {
    AVX512 static ALWAYS_INLINE __m512i four(const int8_t* digits) {
        int32_t word;
        std::memcpy(&word, digits, 4);
        return _mm512_set1_epi32(word);
    }

    AVX512 static ALWAYS_INLINE __m512 widen_scales(const bf16* scales) {
        __m256i narrow = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(scales));
        return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(narrow), 16));
    }

    template <int M>
    AVX512 static void dot(const Group* const* x, const uint8_t* codes, const bf16* scales, int64_t groups, Tile& out) {
        const __m512i nibble = _mm512_set1_epi8(15);
        __m512 total[2][M];
        for (int m = 0; m < M; m++) total[0][m] = total[1][m] = _mm512_setzero_ps();
        for (int64_t g = 0; g < groups; g++) {
            __m512i code[2][8];
            __m512 scale[2];
#pragma GCC unroll 2
            for (int half = 0; half < 2; half++) {
                const uint8_t* line = codes + g * GROUP_BYTES + half * HALF_BYTES;
#pragma GCC unroll 4
                for (int i = 0; i < 4; i++) {
                    _mm_prefetch(reinterpret_cast<const char*>(line) + PREFETCHED + i * 64, _MM_HINT_T0);
                    __m512i two = _mm512_loadu_si512(line + i * 64);
                    code[half][2 * i] = _mm512_and_si512(two, nibble);
                    code[half][2 * i + 1] = _mm512_and_si512(_mm512_srli_epi16(two, 4), nibble);
                }
                scale[half] = widen_scales(scales + g * BLOCK + half * HALF);
            }
#pragma GCC unroll 8
            for (int m = 0; m < M; m++) {
                const Group& a = x[m][g];
                __m512i high[2], low[2];
                high[0] = high[1] = _mm512_setzero_si512();
                low[0] = low[1] = _mm512_set1_epi32(a.offset);
#pragma GCC unroll 8
                for (int s = 0; s < 8; s++) {
                    const __m512i upper = four(a.high + 4 * s), lower = four(a.low + 4 * s);
                    high[0] = _mm512_dpbusd_epi32(high[0], code[0][s], upper);
                    high[1] = _mm512_dpbusd_epi32(high[1], code[1][s], upper);
                    low[0] = _mm512_dpbusd_epi32(low[0], code[0][s], lower);
                    low[1] = _mm512_dpbusd_epi32(low[1], code[1][s], lower);
                }
#pragma GCC unroll 2
                for (int half = 0; half < 2; half++) {
                    __m512i sum = _mm512_add_epi32(_mm512_slli_epi32(high[half], 7), low[half]);
                    __m512 term = _mm512_mul_ps(_mm512_cvtepi32_ps(sum), _mm512_set1_ps(a.scale));
                    total[half][m] = _mm512_fmadd_ps(term, scale[half], total[half][m]);
                }
            }
        }
        for (int m = 0; m < M; m++)
            for (int half = 0; half < 2; half++) _mm512_storeu_ps(out[m] + half * HALF, total[half][m]);
    }
    AVX512 static void activate(const float* gate, const float* up, Group& group) { activate_group(gate, up, group); }
    AVX512 static void quantise(const void* x, bool x_is_bf16, int64_t at, Group& group) {
        widen_group(x, x_is_bf16, at, group);
    }
};
#endif

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
