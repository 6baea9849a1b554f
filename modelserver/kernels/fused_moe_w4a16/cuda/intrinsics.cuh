// Every instruction that CUDA C++ has no word for, once for the GPU as inline PTX and once for a
// processor under the lanes of lanes.h, with the same name and the same operands. Kernels use these
// alone, so that one source runs on both.
#pragma once

#include <cstdint>

#ifdef __CUDACC__
#define DEVICE __device__ __forceinline__
#define DEVICE_PTX(...) asm volatile(__VA_ARGS__)
#define UNROLL _Pragma("unroll")
#define NO_UNROLL _Pragma("unroll 1")
#else
#include <cmath>
#include <cstring>

#include "lanes.h"
#define DEVICE inline
#define UNROLL
#define NO_UNROLL
#endif

namespace mockwright {

struct alignas(16) Quad {  // eight bf16 or sixteen packed words' bytes: one 128-bit access
    uint32_t word[4];
};
struct alignas(8) Pair {
    uint32_t word[2];
};
struct alignas(16) Quad32 {  // four fp32
    float value[4];
};
using Barrier = uint64_t;  // in shared memory; its bits are the hardware's

constexpr int WARP = 32;

#ifdef __CUDACC__

DEVICE int thread_index() { return threadIdx.x; }
DEVICE int block_index() { return blockIdx.x; }
DEVICE int block_count() { return gridDim.x; }

DEVICE uint8_t *shared_memory()
{
    extern __shared__ __align__(1024) uint8_t bytes[];
    return bytes;
}

DEVICE uint32_t shared_address(const void *p) { return static_cast<uint32_t>(__cvta_generic_to_shared(p)); }

// ---- bf16 and bits

DEVICE float bits_as_float(uint32_t bits) { return __uint_as_float(bits); }

// The fp32 values rounded to the nearest even bf16: `low` in the low half.
DEVICE uint32_t bf16_pair(float low, float high)
{
    uint32_t pair;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
    return pair;
}

DEVICE uint32_t multiply_bf16_pair(uint32_t a, uint32_t b)
{
    uint32_t product;
    asm("mul.rn.bf16x2 %0, %1, %2;" : "=r"(product) : "r"(a), "r"(b));
    return product;
}

DEVICE float exponential(float x) { return __expf(x); }

// value & mask | bits in one instruction; the compiler makes two of constants.
DEVICE uint32_t and_or(uint32_t value, uint32_t mask, uint32_t bits)
{
    uint32_t result;
    asm("lop3.b32 %0, %1, %2, %3, 0xea;" : "=r"(result) : "r"(value), "r"(mask), "r"(bits));
    return result;
}

// ---- tensor core: d = a·b + c for a 16×16, b 16×8 bf16 and c, d 16×8 fp32

DEVICE void mma(float (&d)[4], const uint32_t (&a)[4], uint32_t b0, uint32_t b1, const float (&c)[4])
{
    asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%10,%11,%12,%13};"
        : "=f"(d[0]), "=f"(d[1]), "=f"(d[2]), "=f"(d[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1), "f"(c[0]), "f"(c[1]), "f"(c[2]), "f"(c[3]));
}

// ---- mbarrier

DEVICE void barrier_init(Barrier *barrier, int arrivals)
{
    DEVICE_PTX("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(shared_address(barrier)), "r"(arrivals) : "memory");
}

// Makes initialised barriers known to the copy engine, which is another proxy; a __syncthreads must
// follow for the other threads.
DEVICE void barrier_init_fence()
{
    DEVICE_PTX("fence.mbarrier_init.release.cluster;" ::: "memory");
    DEVICE_PTX("fence.proxy.async.shared::cta;" ::: "memory");
}

DEVICE void barrier_arrive(Barrier *barrier)
{
    DEVICE_PTX("mbarrier.arrive.release.cta.shared::cta.b64 _, [%0];" ::"r"(shared_address(barrier)) : "memory");
}

// Arrives, and keeps the phase open until `bytes` have been copied.
DEVICE void barrier_arrive_expect(Barrier *barrier, int bytes)
{
    DEVICE_PTX("mbarrier.arrive.expect_tx.release.cta.shared::cta.b64 _, [%0], %1;" ::"r"(shared_address(barrier)),
               "r"(bytes)
               : "memory");
}

// Until the phase of this parity is over. A fresh barrier counts as having ended one of parity 1.
DEVICE void barrier_wait(Barrier *barrier, uint32_t parity)
{
    DEVICE_PTX("{\n.reg .pred over;\nagain:\n"
               "mbarrier.try_wait.parity.acquire.cta.shared::cta.b64 over, [%0], %1;\n"
               "@!over bra again;\n}" ::"r"(shared_address(barrier)),
               "r"(parity)
               : "memory");
}

// ---- bulk copy from global to shared memory by one thread; addresses and bytes in multiples of 16

DEVICE void bulk_copy(void *to, const void *from, int bytes, Barrier *barrier)
{
    DEVICE_PTX("cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::"r"(
                   shared_address(to)),
               "l"(from), "r"(bytes), "r"(shared_address(barrier))
               : "memory");
}

// ---- within a block

DEVICE void synchronise_block() { __syncthreads(); }
DEVICE void synchronise_warp() { __syncwarp(); }

// bar.sync among `threads` threads; 0 is synchronise_block's own.
DEVICE void synchronise(int index, int threads)
{
    DEVICE_PTX("bar.sync %0, %1;" ::"r"(index), "r"(threads) : "memory");
}

template <class T>
DEVICE T shuffle(T value, int lane)
{
    return __shfl_sync(0xffffffffu, value, lane);
}

template <class T>
DEVICE T shuffle_xor(T value, int mask)
{
    return __shfl_xor_sync(0xffffffffu, value, mask);
}

// ---- global memory

// Through L2 only: what another block or the kernel before wrote is never read from a stale L1.
DEVICE Quad load_l2(const void *p)
{
    Quad q;
    DEVICE_PTX("ld.global.cg.v4.u32 {%0,%1,%2,%3}, [%4];"
               : "=r"(q.word[0]), "=r"(q.word[1]), "=r"(q.word[2]), "=r"(q.word[3])
               : "l"(p)
               : "memory");
    return q;
}

// Orders this thread's accesses for every thread of the GPU.
DEVICE void fence_gpu() { DEVICE_PTX("fence.acq_rel.gpu;" ::: "memory"); }

// The value before, and both halves of an ordering with other blocks' add to the same counter.
DEVICE int add_ordered(int *counter, int value)
{
    int before;
    DEVICE_PTX("atom.acq_rel.gpu.global.add.s32 %0, [%1], %2;" : "=r"(before) : "l"(counter), "r"(value) : "memory");
    return before;
}

// ---- programmatic dependent launch

// Until the kernel launched before has ended and what it wrote can be read.
DEVICE void wait_for_kernel_before() { DEVICE_PTX("griddepcontrol.wait;" ::: "memory"); }
DEVICE void let_next_kernel_start() { DEVICE_PTX("griddepcontrol.launch_dependents;" ::: "memory"); }

#else
#include "intrinsics_host.h"
#endif

}  // namespace mockwright
