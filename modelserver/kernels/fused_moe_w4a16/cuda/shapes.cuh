// The instances that are built, by the name that Python asks for.
#pragma once

#include <stdexcept>
#include <string>
#include <type_traits>

#include "kernels.cuh"
#include "launch.cuh"

namespace mockwright {

#ifndef CODES  // Offset for a tensor core that does not keep subnormals
#define CODES Subnormal
#endif
using Codes = CODES;

// wide: the least work beside the weights. narrow: tiles half as large, for when there are few.
// flat: warps share rows instead of columns, for a down projection of few columns.
template <int token_tiles>
using Wide = std::conditional_t<token_tiles == 1, Shape<4, 1, 4, 1, 8, 3, Codes>, Shape<2, 2, 4, 2, 16, 1, Codes>>;
template <int token_tiles>
using Narrow = Shape<2, 1, 4, token_tiles, 16, token_tiles == 1 ? 3 : 2, Codes>;
template <int token_tiles>
using Flat = Shape<2, 4, 1, token_tiles, 6, token_tiles == 1 ? 3 : 2, Codes>;

// Calls use(kernel) with the kernel of this name, for blocks of so many tokens.
template <template <class> class Kernel, template <int> class First, template <int> class Second, class Use>
void with_kernel(bool first, bool second, int tokens, Use use)
{
    if (first && tokens == 8) return use(Kernel<First<1>>{});
    if (first && tokens == 16) return use(Kernel<First<2>>{});
    if (second && tokens == 8) return use(Kernel<Second<1>>{});
    if (second && tokens == 16) return use(Kernel<Second<2>>{});
    throw std::invalid_argument("decode has no such shape for blocks of " + std::to_string(tokens) + " tokens");
}

template <class Use>
void with_gate_up(const std::string &name, int tokens, Use use)
{
    with_kernel<GateUpKernel, Wide, Narrow>(name == "wide", name == "narrow", tokens, use);
}

template <class Use>
void with_down(const std::string &name, int tokens, Use use)
{
    with_kernel<DownKernel, Wide, Flat>(name == "wide", name == "flat", tokens, use);
}

// Runs a kernel on a static number of blocks, never more than there can be tiles.
template <class Kernel, class Problem>
void launch_tiles(const Problem &problem, int64_t most_places, const Place &place, bool early)
{
    const int64_t tiles = most_places / Kernel::TOKENS * (problem.outputs / Kernel::TILE_OUTPUTS);
    const int64_t resident = int64_t(processors(place)) * Kernel::BLOCKS_PER_PROCESSOR;
    const int64_t blocks = tiles < resident ? tiles : resident;
    launch<Kernel>(problem, static_cast<int>(blocks < 1 ? 1 : blocks), place, early);
}

}  // namespace mockwright
