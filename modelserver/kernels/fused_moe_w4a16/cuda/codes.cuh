// How a 4-bit code becomes a bf16 operand of the tensor core without arithmetic on weights.
//
// A packed word holds, in each 16-bit half, one code of each of a block's four planes (scale groups):
// plane j is bits 4j..4j+3. Whatever number an encoding makes of a code c, its distance from the
// weight's c − 8 is the same for all, so each group's accumulator starts at CENTRE·Σx instead of 0.
#pragma once

#include "intrinsics.cuh"

namespace mockwright {

constexpr int GROUP = 32, PLANES = 4, BLOCK_COLUMNS = GROUP * PLANES;
constexpr int ROW_BYTES = BLOCK_COLUMNS / 2, ROW_SCALE_BYTES = PLANES * 2;

constexpr uint32_t both_halves(uint32_t bits) { return bits << 16 | bits; }
constexpr uint32_t bf16_power(int exponent) { return static_cast<uint32_t>(127 + exponent) << 7; }

// A bf16 below 2^-125 is its bits times 2^-133, subnormal or not. So a masked code is a number as it
// stands, and a second plane of the same word is one too, 16 times as large: one shift serves two
// planes and nothing is or-ed in. x is scaled by 2^64 (2^60 for the larger planes) to keep the
// products normal; the result is off by 2^-69. Values of x from 2^64 up become infinite.
struct Subnormal {
    static constexpr bool SCALES_X = true;
    static constexpr int CENTRES = 2;  // different ones
    static constexpr float RESULT = 590295810358705651712.0f;  // 2^69

    struct Word {
        uint32_t planes01, planes23;
    };
    static DEVICE Word open(uint32_t word) { return {word, word >> 8}; }
    static DEVICE uint32_t operand(const Word &word, int plane)
    {
        return (plane < 2 ? word.planes01 : word.planes23) & both_halves(plane % 2 ? 0xf0 : 0x0f);
    }
    static constexpr uint32_t centre(int plane) { return both_halves(plane % 2 ? 0x8080 : 0x8008); }  // −8
    static constexpr uint32_t x_scale(int plane) { return both_halves(bf16_power(plane % 2 ? 60 : 64)); }
    static constexpr float x_factor(int plane) { return plane % 2 ? 1152921504606846976.0f : 18446744073709551616.0f; }
};

// 0x4300 | c is 128 + c: every value of x is fine, two more instructions for 256 weights.
struct Offset {
    static constexpr bool SCALES_X = false;
    static constexpr int CENTRES = 1;
    static constexpr float RESULT = 1.0f;

    struct Word {
        uint32_t bits;
    };
    static DEVICE Word open(uint32_t word) { return {word}; }
    static DEVICE uint32_t operand(const Word &word, int plane)
    {
        return and_or(word.bits >> 4 * plane, both_halves(0x000f), both_halves(0x4300));
    }
    static constexpr uint32_t centre(int) { return both_halves(0xc308); }  // −136
    static constexpr uint32_t x_scale(int) { return both_halves(bf16_power(0)); }
    static constexpr float x_factor(int) { return 1.0f; }
};

}  // namespace mockwright
