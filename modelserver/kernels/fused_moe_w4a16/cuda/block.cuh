// The whole of a layer's experts in one launch, for few tokens and little of each expert: what eight
// cards leave one of, where a launch takes about as long as its weights.
//
// Decode's two kernels one after the other, each with a ring of its own. Between them every block
// waits for every other, since h is only then complete. The copying lane does not wait: while the
// last tiles of gate and up are multiplied, the weights of the down projection are already coming.
#pragma once

#include "kernels.cuh"
#include "launch.cuh"

namespace mockwright {

constexpr uint32_t GENERATION = 0x80000000u;  // the bit that each meeting of all blocks flips

#ifdef __CUDACC__
DEVICE uint32_t add_unsigned(uint32_t *counter, uint32_t value)
{
    return static_cast<uint32_t>(add_ordered(reinterpret_cast<int *>(counter), static_cast<int>(value)));
}

DEVICE void wait_for_generation(const uint32_t *counter, uint32_t before)
{
    uint32_t now;
    do DEVICE_PTX("ld.acquire.gpu.global.u32 %0, [%1];" : "=r"(now) : "l"(counter) : "memory");
    while (((now ^ before) & GENERATION) == 0);
}
#else
inline uint32_t add_unsigned(uint32_t *counter, uint32_t value)
{
    return static_cast<uint32_t>(add_ordered(reinterpret_cast<int *>(counter), static_cast<int>(value)));
}

inline void wait_for_generation(const uint32_t *counter, uint32_t before)
{
    lanes::wait("all blocks", [=] { return ((*counter ^ before) & GENERATION) != 0; });
}
#endif

// Until the first `THREADS` threads of every block are here. What they wrote can be read then. The
// block that is number 0 adds what all others leave up to GENERATION: nothing has to be reset.
template <int THREADS>
DEVICE void meet_all_blocks(uint32_t *counter)
{
    fence_gpu();
    synchronise(1, THREADS);
    if (thread_index() == 0) {
        const uint32_t others = block_count() - 1;
        const uint32_t before = add_unsigned(counter, block_index() == 0 ? GENERATION - others : 1);
        wait_for_generation(counter, before);
    }
    synchronise(1, THREADS);
    fence_gpu();
}

struct Whole {
    GateUp gate_up;
    Down down;
    uint32_t *met;  // one word, zero before the first launch
};

template <class First, class Second>
struct BlockKernel {
    using FirstKernel = GateUpKernel<First>;
    using SecondKernel = DownKernel<Second>;
    static_assert(First::CONSUMERS == Second::CONSUMERS && First::TOKENS == Second::TOKENS, "the same warps do both");
    static constexpr int THREADS = First::THREADS, CONSUMERS = First::CONSUMERS, TOKENS = First::TOKENS;
    static constexpr int SECOND_AT = (First::SHARED_BYTES + 127) / 128 * 128;
    static constexpr int SHARED_BYTES = SECOND_AT + Second::SHARED_BYTES;
    static constexpr int BLOCKS_PER_PROCESSOR = 2;

    static DEVICE void run(const Whole &p)
    {
        const Ring<First> first{shared_memory()};
        const Ring<Second> second{shared_memory() + SECOND_AT};
        first.init();
        second.init();
        wait_for_kernel_before();
        if (thread_index() == CONSUMERS) {
            FirstKernel::copy(p.gate_up, first);
            SecondKernel::copy(p.down, second);
        }
        if (thread_index() < CONSUMERS) {
            fill_tokens_without_experts<CONSUMERS>(p.down);
            FirstKernel::multiply_tiles(p.gate_up, first);
            meet_all_blocks<CONSUMERS>(p.met);
            SecondKernel::multiply_tiles(p.down, second);
        }
    }
};

// All blocks run at once, or none: they wait for each other.
template <class Kernel>
void launch_together(const Whole &whole, const Place &place)
{
#ifdef __CUDACC__
    const OnDevice on_device(place.device);
    auto kernel = run<Kernel, Whole>;
    check_cuda(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, Kernel::SHARED_BYTES),
               "shared memory");
    cudaLaunchAttribute attribute{};
    attribute.id = cudaLaunchAttributeCooperative;
    attribute.val.cooperative = 1;
    cudaLaunchConfig_t config{};
    config.gridDim = dim3(processors(place) * Kernel::BLOCKS_PER_PROCESSOR);
    config.blockDim = dim3(Kernel::THREADS);
    config.dynamicSmemBytes = Kernel::SHARED_BYTES;
    config.stream = static_cast<cudaStream_t>(place.stream);
    config.attrs = &attribute;
    config.numAttrs = 1;
    check_cuda(cudaLaunchKernelEx(&config, kernel, whole), "launch");
#else
    launch<Kernel>(whole, 2, place, false);  // as many as lanes run at once
#endif
}

}  // namespace mockwright
