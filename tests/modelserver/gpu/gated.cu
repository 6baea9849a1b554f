// One kernel that keeps to any gate and one that spills, to try the gate on.
#include <cuda_bf16.h>
#include <cstdint>

#ifndef VALUES
#define VALUES 4
#endif

extern "C" __global__ void __launch_bounds__(128, BLOCKS) accumulate(const uint4 *a, const uint2 *b, float *out, int steps)
{
    float sums[VALUES][4] = {};
    for (int step = 0; step < steps; ++step) {
#pragma unroll
        for (int v = 0; v < VALUES; ++v) {
            uint4 left = a[(step * VALUES + v) * 32 + threadIdx.x];
            uint2 right = b[step * 32 + threadIdx.x];
            asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
                         "{%0,%1,%2,%3},{%4,%5,%6,%7},{%8,%9},{%0,%1,%2,%3};"
                         : "+f"(sums[v][0]), "+f"(sums[v][1]), "+f"(sums[v][2]), "+f"(sums[v][3])
                         : "r"(left.x), "r"(left.y), "r"(left.z), "r"(left.w), "r"(right.x), "r"(right.y));
        }
    }
    for (int v = 0; v < VALUES; ++v)
        for (int i = 0; i < 4; ++i)
            out[(v * 4 + i) * 128 + threadIdx.x] = sums[v][i];
}
