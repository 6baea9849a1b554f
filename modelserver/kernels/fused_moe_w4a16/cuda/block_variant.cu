// The one instance of block.cuh, to be compiled and looked at by itself.
#include "block.cuh"
#include "shapes.cuh"

namespace mockwright {
template __global__ void run<BlockKernel<Narrow<1>, Flat<1>>, Whole>(const __grid_constant__ Whole);
}
