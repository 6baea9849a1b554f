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

void prefill(TensorView x, TensorView w13_words, TensorView w13_scales, TensorView w2_words, TensorView w2_scales,
             TensorView weights, TensorView ids, Optional<TensorView> shared, TensorView rows, TensorView experts,
             TensorView padded, TensorView h, TensorView partial, TensorView arrived, TensorView out,
             int64_t tokens_a_block, int64_t seed)
{
    Layer layer = layer_of(x, w13_words, w13_scales, w2_words, w2_scales, weights, ids, shared, rows, experts, padded, h,
                           partial, out, BF16, tokens_a_block, seed);
    with_prefill(tokens_a_block, [&](auto shape) {
        using First = PrefillGateUp<decltype(shape)>;
        using Second = PrefillDown<decltype(shape)>;
        const int64_t inner = layer.gate_up.outputs, hidden = layer.down.outputs;
        if (inner % First::TILE_OUTPUTS || hidden % Second::TILE_OUTPUTS)
            TVM_FFI_THROW(ValueError) << "I = " << inner << " and H = " << hidden << " have no whole tiles";
        expect("arrived", arrived, INT32, {ids.shape()[0], hidden / Second::TILE_OUTPUTS});
        layer.down.arrived = data<int>(arrived);
        if (ids.shape()[0] == 0) return;
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
