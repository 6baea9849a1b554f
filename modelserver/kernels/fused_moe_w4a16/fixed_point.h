// The numbers of the kernel: activations in fixed point, weights as codes and scales, and their sizes.
#pragma once

#include <cstdint>
#include <cstring>

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

}  // namespace
