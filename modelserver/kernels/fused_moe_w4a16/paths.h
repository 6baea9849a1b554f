// The paths: the same dot product for a plain processor, for AVX2 and for AVX-512 with VNNI.
#pragma once

#include "fixed_point.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma")))
#endif

namespace {

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

}  // namespace
