// Starts a kernel on the GPU, or under lanes on a processor. A kernel is a type with
//   static constexpr int THREADS, SHARED_BYTES, BLOCKS_PER_PROCESSOR;
//   static DEVICE void run(const Problem &);
#pragma once

#include <stdexcept>
#include <string>

#include "intrinsics.cuh"

#ifdef __CUDACC__
#include <cuda_runtime.h>
#endif

namespace mockwright {

struct Place {  // where to run
    int device = 0;
    void *stream = nullptr;
    uint64_t seed = 0;  // of the interleaving of lanes
};

#ifdef __CUDACC__

template <class Kernel, class Problem>
__global__ void __launch_bounds__(Kernel::THREADS, Kernel::BLOCKS_PER_PROCESSOR) run(const __grid_constant__ Problem problem)
{
    Kernel::run(problem);
}

inline void check_cuda(cudaError_t status, const char *what)
{
    if (status != cudaSuccess) throw std::runtime_error(std::string(what) + ": " + cudaGetErrorString(status));
}

inline int processors(const Place &place)
{
    int count = 0;
    check_cuda(cudaDeviceGetAttribute(&count, cudaDevAttrMultiProcessorCount, place.device), "the GPU's size");
    return count;
}

// Makes a GPU the current one as long as it lives.
class OnDevice {
public:
    explicit OnDevice(int device) : device_(device)
    {
        check_cuda(cudaGetDevice(&before_), "the current GPU");
        if (before_ != device_) check_cuda(cudaSetDevice(device_), "the tensors' GPU");
    }
    ~OnDevice()
    {
        if (before_ != device_) cudaSetDevice(before_);
    }
    OnDevice(const OnDevice &) = delete;

private:
    int device_, before_ = 0;
};

// `early`: the blocks may start before the kernel before has ended; they wait for it themselves.
template <class Kernel, class Problem>
void launch(const Problem &problem, int blocks, const Place &place, bool early)
{
    const OnDevice on_device(place.device);
    auto kernel = run<Kernel, Problem>;
    check_cuda(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, Kernel::SHARED_BYTES),
               "shared memory");
    cudaLaunchAttribute attribute{};
    attribute.id = cudaLaunchAttributeProgrammaticStreamSerialization;
    attribute.val.programmaticStreamSerializationAllowed = 1;
    cudaLaunchConfig_t config{};
    config.gridDim = dim3(blocks);
    config.blockDim = dim3(Kernel::THREADS);
    config.dynamicSmemBytes = Kernel::SHARED_BYTES;
    config.stream = static_cast<cudaStream_t>(place.stream);
    config.attrs = &attribute;
    config.numAttrs = early ? 1 : 0;
    check_cuda(cudaLaunchKernelEx(&config, kernel, problem), "launch");
}

#else

inline int processors(const Place &) { return 1; }  // so that blocks serve several tiles

template <class Kernel, class Problem>
void launch(const Problem &problem, int blocks, const Place &place, bool)
{
    lanes::Grid grid;
    grid.blocks = blocks;
    grid.threads = Kernel::THREADS;
    grid.shared_bytes = Kernel::SHARED_BYTES;
    grid.seed = place.seed;
    lanes::launch(grid, [&problem] { Kernel::run(problem); });
}

#endif

}  // namespace mockwright
