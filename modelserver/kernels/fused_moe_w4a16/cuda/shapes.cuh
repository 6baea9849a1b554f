// The instances that are built, by the name that Python asks for.
#pragma once

#include <stdexcept>
#include <string>

#include "kernels.cuh"
#include "launch.cuh"

namespace mockwright {

using Codes = Subnormal;

// wide: the least work beside the weights. narrow: tiles half as large, for when there are few.
// short: no splitting of K, for a down projection of few columns.
template <int token_tiles>
using Wide = Shape<4, 1, 4, token_tiles, 8, token_tiles == 1 ? 3 : 2, Codes>;
template <int token_tiles>
using Narrow = Shape<2, 1, 4, token_tiles, 16, token_tiles == 1 ? 3 : 2, Codes>;
template <int token_tiles>
using Short = Shape<2, 4, 1, token_tiles, 6, token_tiles == 1 ? 3 : 2, Codes>;

template <template <int> class Family, class Use>
void with_tokens(int tokens, Use use)
{
    if (tokens == 8) return use(Family<1>{});
    if (tokens == 16) return use(Family<2>{});
    throw std::invalid_argument("decode takes blocks of 8 or 16 tokens, not " + std::to_string(tokens));
}

template <class Use>
void with_shape(const std::string &name, int tokens, Use use)
{
    if (name == "wide") return with_tokens<Wide>(tokens, use);
    if (name == "narrow") return with_tokens<Narrow>(tokens, use);
    if (name == "short") return with_tokens<Short>(tokens, use);
    throw std::invalid_argument("there is no shape " + name);
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
