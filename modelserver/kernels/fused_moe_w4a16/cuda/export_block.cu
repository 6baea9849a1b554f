// What Python calls for the whole of a layer's experts in one launch: see export.cu.
#include "block.cuh"
#include "layer.cuh"
#include "shapes.cuh"

namespace {

using namespace mockwright;
using Kernel = BlockKernel<Narrow<1>, Flat<1>>;

void block(TensorView x, TensorView w13_words, TensorView w13_scales, TensorView w2_words, TensorView w2_scales,
           TensorView weights, TensorView ids, Optional<TensorView> shared, TensorView rows, TensorView experts,
           TensorView padded, TensorView h, TensorView partial, TensorView arrived, TensorView met, TensorView out,
           int64_t seed)
{
    const Layer layer = layer_of(x, w13_words, w13_scales, w2_words, w2_scales, weights, ids, shared, rows, experts, padded,
                                 h, partial, out, FP32, Kernel::TOKENS, seed);
    Whole whole{layer.gate_up, layer.down, data<uint32_t>(met)};
    const int64_t inner = whole.gate_up.outputs, hidden = whole.down.outputs;
    if (inner % Kernel::FirstKernel::TILE_OUTPUTS || hidden % Kernel::SecondKernel::TILE_OUTPUTS)
        TVM_FFI_THROW(ValueError) << "I = " << inner << " and H = " << hidden << " have no whole tiles";
    expect("arrived", arrived, INT32, {ids.shape()[0], hidden / Kernel::SecondKernel::TILE_OUTPUTS});
    expect("met", met, INT32, {1});
    whole.down.arrived = data<int>(arrived);
    if (ids.shape()[0] > 0) launch_together<Kernel>(whole, layer.place);
}

// Outputs of a tile of the down projection, and bytes of shared memory.
tvm::ffi::Shape describe_block()
{
    return tvm::ffi::Shape({Kernel::SecondKernel::TILE_OUTPUTS, Kernel::SHARED_BYTES});
}

}  // namespace

TVM_FFI_DLL_EXPORT_TYPED_FUNC(block, block);
TVM_FFI_DLL_EXPORT_TYPED_FUNC(describe_block, describe_block);
