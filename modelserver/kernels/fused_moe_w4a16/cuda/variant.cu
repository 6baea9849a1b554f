// One instance of one kernel, to be compiled and looked at by itself, as in -DVARIANT_KERNEL=GateUp
// -DVARIANT_FAMILY=Wide -DVARIANT_TOKENS=8.
#include "shapes.cuh"

#define JOIN(a, b) a##b
#define KERNEL_OF(problem) JOIN(problem, Kernel)

namespace mockwright {
template __global__ void run<KERNEL_OF(VARIANT_KERNEL)<VARIANT_FAMILY<VARIANT_TOKENS / 8>>, VARIANT_KERNEL>(
    const __grid_constant__ VARIANT_KERNEL);
}
