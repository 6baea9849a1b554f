// Sixteen floats side by side, and the numbers that tensors are stored in. Compiled for the processor at hand.
#pragma once

#include <cstdint>
#include <cstring>

namespace {

constexpr int LANES = 16;
typedef float Lanes __attribute__((vector_size(LANES * sizeof(float)), aligned(4), may_alias));
typedef uint32_t Words __attribute__((vector_size(LANES * sizeof(uint32_t))));
typedef int32_t Integers __attribute__((vector_size(LANES * sizeof(int32_t))));
typedef uint16_t Halves __attribute__((vector_size(LANES * sizeof(uint16_t)), aligned(2), may_alias));

struct bf16 {
    uint16_t bits;
};

inline Lanes load(const float* from) { return *reinterpret_cast<const Lanes*>(from); }
inline Lanes load(const bf16* from) {
    return (Lanes)(__builtin_convertvector(*reinterpret_cast<const Halves*>(from), Words) << 16);
}
inline void store(float* to, Lanes value) { *reinterpret_cast<Lanes*>(to) = value; }
inline Lanes all(float value) { return value - Lanes{}; }

inline float sum(Lanes value) {
    float total = 0;
    for (int lane = 0; lane < LANES; lane++) total += value[lane];
    return total;
}

// e to the x within two units in the last place, for x up to 88; below -87 about 1e-38. A NaN stays one.
inline Lanes exponential(Lanes x) {
    constexpr float LOWEST = -87.0f, LOG2_E = 1.44269504f, LN2_HIGH = 0.693359375f, LN2_LOW = -2.12194440e-4f;
    constexpr float TO_WHOLE = 12582912.0f;  // 1.5 * 2^23: adding it leaves no room for a fraction
    x = x < LOWEST ? all(LOWEST) : x;
    const Lanes power = (x * LOG2_E + TO_WHOLE) - TO_WHOLE;
    const Lanes r = x - power * LN2_HIGH - power * LN2_LOW;  // |r| <= ln(2) / 2, where eight terms are enough
    Lanes series = all(1.0f / 5040);
    for (float term : {1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f}) series = series * r + term;
    return series * (Lanes)((__builtin_convertvector(power, Integers) + 127) << 23);
}

// Rounded half to even; a NaN stays one.
inline bf16 narrow(float value) {
    uint32_t bits;
    std::memcpy(&bits, &value, 4);
    if (value != value) return {uint16_t(bits >> 16 | 0x40)};
    return {uint16_t((bits + 0x7fff + (bits >> 16 & 1)) >> 16)};
}

inline void store(const float* from, int64_t count, float* to) { std::memcpy(to, from, count * sizeof(float)); }
inline void store(const float* from, int64_t count, bf16* to) {
    for (int64_t i = 0; i < count; i++) to[i] = narrow(from[i]);
}

// `count` is a multiple of LANES.
template <class Number>
void widen(const Number* from, int64_t count, float* to) {
    for (int64_t i = 0; i < count; i += LANES) store(to + i, load(from + i));
}

}  // namespace
