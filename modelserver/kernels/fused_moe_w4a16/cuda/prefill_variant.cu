// One instance of one kernel, to be compiled and looked at by itself: -DVARIANT=GateUp or Down,
// -DVARIANT_TOKENS=128.
#include "launch.cuh"
#include "prefill_kernels.cuh"

#define JOIN(a, b) a##b
#define KERNEL_OF(problem) JOIN(Prefill, problem)

namespace mockwright {
template __global__ void run<KERNEL_OF(VARIANT)<Prefill<VARIANT_TOKENS>>, VARIANT>(const __grid_constant__ VARIANT);
}
