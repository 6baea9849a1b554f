// Warpgroup matrix multiply (wgmma, sm_90a) with the weights as the A operand in registers, and what
// goes with it: swizzled copies into shared memory, ldmatrix, registers moved between warpgroups.
//
// The host forms are strict where the hardware is only undefined: an accumulator reads as NaN and A
// registers and shared memory are looked at only when the wait comes, so whatever is touched too
// early gives a wrong result; a wgmma without wgmma.fence before it throws, as do lanes that do not
// agree on a descriptor and an ldmatrix with bank conflicts.
#pragma once

#include "intrinsics.cuh"

namespace mockwright {

constexpr int WARPGROUP = 128;
constexpr int SWIZZLED_ROW = 128;  // bytes: 64 bf16
constexpr int SWIZZLE_ATOM = 1024;  // bytes: eight rows, after which the pattern repeats

// Where 16-byte chunk `chunk` of a row of 128 bytes goes, for a tile aligned to 1024 bytes.
DEVICE int swizzled(int row, int chunk) { return row * SWIZZLED_ROW + ((chunk ^ (row & 7)) << 4); }

// The same for rows of 64 bytes: eight rows' equal chunks lie in different banks.
DEVICE int swizzled_half(int row, int chunk) { return row * 64 + ((chunk ^ (row >> 1 & 3)) << 4); }

#ifdef __CUDACC__

// A tile [N tokens, 64] bf16 of rows of 128 bytes, chunks where swizzled() puts them. 32 bytes on,
// which is 2 in its units, are the next 16 columns.
DEVICE uint64_t tile_descriptor(const void *tile)
{
    constexpr uint64_t SWIZZLE_128 = uint64_t(1) << 62, EIGHT_ROWS = uint64_t(SWIZZLE_ATOM >> 4) << 32;
    return SWIZZLE_128 | EIGHT_ROWS | uint64_t(1) << 16 | (shared_address(tile) & 0x3ffff) >> 4;
}

#define REGISTERS_0_15 "%0,%1,%2,%3,%4,%5,%6,%7,%8,%9,%10,%11,%12,%13,%14,%15"
#define REGISTERS_16_31 "%16,%17,%18,%19,%20,%21,%22,%23,%24,%25,%26,%27,%28,%29,%30,%31"
#define REGISTERS_32_47 "%32,%33,%34,%35,%36,%37,%38,%39,%40,%41,%42,%43,%44,%45,%46,%47"
#define REGISTERS_48_63 "%48,%49,%50,%51,%52,%53,%54,%55,%56,%57,%58,%59,%60,%61,%62,%63"
#define FOUR(d, i) "+f"(d[i]), "+f"(d[i + 1]), "+f"(d[i + 2]), "+f"(d[i + 3])
#define SIXTEEN(d, i) FOUR(d, i), FOUR(d, i + 4), FOUR(d, i + 8), FOUR(d, i + 12)
// d + a·b, `d` and `b` naming their operands, both operands with their sign, b along K.
#define WGMMA(shape, accumulators, weights, tile, ...)                                                          \
    DEVICE_PTX("wgmma.mma_async.sync.aligned." shape ".f32.bf16.bf16 {" accumulators "}, {" weights "}, " tile \
               ", 1, 1, 1, 0;"                                                                                  \
               : __VA_ARGS__                                                                                    \
               : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b))

// Starts d += a·b: a 64 rows by 16 columns, 16 rows to a warp as in mma; b 16 by N, described; lane
// 4g + t of d has rows g and g + 8 in d[4i], d[4i + 1] and d[4i + 2], d[4i + 3], columns 8i + 2t ...
template <int N, int Registers>
DEVICE void wgmma(float (&d)[Registers], const uint32_t (&a)[4], uint64_t b)
{
    static_assert(N % 32 == 0 && 0 < N && N <= 128 && N / 2 <= Registers, "written out for 32, 64, 96 and 128");
    if constexpr (N == 32)
        WGMMA("m64n32k16", REGISTERS_0_15, "%16,%17,%18,%19", "%20", SIXTEEN(d, 0));
    else if constexpr (N == 64)
        WGMMA("m64n64k16", REGISTERS_0_15 "," REGISTERS_16_31, "%32,%33,%34,%35", "%36", SIXTEEN(d, 0),
              SIXTEEN(d, 16));
    else if constexpr (N == 96)
        WGMMA("m64n96k16", REGISTERS_0_15 "," REGISTERS_16_31 "," REGISTERS_32_47, "%48,%49,%50,%51", "%52",
              SIXTEEN(d, 0), SIXTEEN(d, 16), SIXTEEN(d, 32));
    else
        WGMMA("m64n128k16", REGISTERS_0_15 "," REGISTERS_16_31 "," REGISTERS_32_47 "," REGISTERS_48_63,
              "%64,%65,%66,%67", "%68", SIXTEEN(d, 0), SIXTEEN(d, 16), SIXTEEN(d, 32), SIXTEEN(d, 48));
}

#undef WGMMA
#undef SIXTEEN
#undef FOUR

// Before a wgmma whose registers were written by anything else.
DEVICE void wgmma_fence() { DEVICE_PTX("wgmma.fence.sync.aligned;" ::: "memory"); }
DEVICE void wgmma_commit() { DEVICE_PTX("wgmma.commit_group.sync.aligned;" ::: "memory"); }

// Until at most `Pending` of the committed groups are not over.
template <int Pending>
DEVICE void wgmma_wait()
{
    DEVICE_PTX("wgmma.wait_group.sync.aligned %0;" ::"n"(Pending) : "memory");
}

// Keeps the compiler from moving the values' computation behind what follows.
template <int Count>
DEVICE void settle(uint32_t (&values)[Count])
{
    UNROLL
    for (int i = 0; i < Count; ++i) DEVICE_PTX("" : "+r"(values[i])::"memory");
}

template <int Registers>
DEVICE void give_registers()
{
    DEVICE_PTX("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(Registers));
}

template <int Registers>
DEVICE void take_registers()
{
    DEVICE_PTX("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(Registers));
}

// Makes what ordinary stores and cp.async of the waited-for threads wrote visible to wgmma.
DEVICE void fence_for_tensor_core() { DEVICE_PTX("fence.proxy.async.shared::cta;" ::: "memory"); }

// cp.async of one thread, 16 bytes each.
class AsyncCopies {
public:
    DEVICE void add(void *to, const void *from)
    {
        DEVICE_PTX("cp.async.cg.shared.global.L2::128B [%0], [%1], 16;" ::"r"(shared_address(to)), "l"(from) : "memory");
    }

    // One of the barrier's arrivals, once all that was added has landed.
    DEVICE void arrive(Barrier *barrier)
    {
        DEVICE_PTX("cp.async.mbarrier.arrive.noinc.shared::cta.b64 [%0];" ::"r"(shared_address(barrier)) : "memory");
    }

    // Until everything has landed: before the thread ends.
    DEVICE void wait() { DEVICE_PTX("cp.async.wait_all;" ::: "memory"); }
};

// Four 8×8 matrices of b16: lanes 8i..8i + 7 give the addresses of the rows of matrix i, of which
// lane 4g + t gets elements 2t, 2t + 1 of row g.
DEVICE void load_matrices(uint32_t (&matrix)[4], const void *row)
{
    DEVICE_PTX("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(matrix[0]), "=r"(matrix[1]), "=r"(matrix[2]), "=r"(matrix[3])
               : "r"(shared_address(row))
               : "memory");
}

DEVICE uint32_t multiply_add_bf16_pair(uint32_t a, uint32_t b, uint32_t c)
{
    uint32_t sum;
    asm("fma.rn.bf16x2 %0, %1, %2, %3;" : "=r"(sum) : "r"(a), "r"(b), "r"(c));
    return sum;
}

// Off by 2 units in the last place; 0 where b is beyond 2^126.
DEVICE float quotient(float a, float b) { return __fdividef(a, b); }

// One half of a word in both: 0 is the low one.
DEVICE uint32_t broadcast_half(uint32_t word, int half) { return __byte_perm(word, word, half ? 0x3232 : 0x1010); }

#else
#include "wgmma_host.h"
#endif

}  // namespace mockwright
