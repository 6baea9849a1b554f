// What Python calls for many tokens an expert: see export.cu.
#include "layer.cuh"
#include "prefill_kernels.cuh"
#include "shapes.cuh"

namespace {

using namespace mockwright;

template <class Use>
void with_prefill(int64_t tokens, Use use)
{
    if (tokens == 32) return use(Prefill<32>{});
    if (tokens == 64) return use(Prefill<64>{});
    if (tokens == 128) return use(Prefill<128>{});
    TVM_FFI_THROW(ValueError) << "prefill takes blocks of 32, 64 or 128 tokens, not " << tokens;
}

void prefill(Operands operands, TensorView out, int64_t tokens_a_block, int64_t seed)
{
    Layer layer = layer_of(operands, out, BF16, tokens_a_block, seed);
    with_prefill(tokens_a_block, [&](auto shape) {
        using First = PrefillGateUp<decltype(shape)>;
        using Second = PrefillDown<decltype(shape)>;
        set_counters(layer, operands, First::TILE_OUTPUTS, Second::TILE_OUTPUTS);
        if (layer.gate_up.entries == 0) return;
        launch_tiles<First>(layer.gate_up, layer.places, layer.place, false);
        launch_tiles<Second>(layer.down, layer.places, layer.place, true);
    });
}

// What a block of the kernels is given, needing no GPU: bytes of shared memory.
int64_t prefill_shared_bytes(int64_t tokens_a_block)
{
    int64_t bytes = 0;
    with_prefill(tokens_a_block, [&](auto shape) { bytes = decltype(shape)::SHARED_BYTES; });
    return bytes;
}

}  // namespace

TVM_FFI_DLL_EXPORT_TYPED_FUNC(prefill, prefill);
TVM_FFI_DLL_EXPORT_TYPED_FUNC(prefill_shared_bytes, prefill_shared_bytes);
