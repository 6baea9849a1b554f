// What Python calls for the whole of a layer's experts in one launch: see export.cu.
#include "block.cuh"
#include "layer.cuh"
#include "shapes.cuh"

namespace {

using namespace mockwright;
using Kernel = BlockKernel<Narrow<1>, Flat<1>>;

void block(Operands operands, TensorView out, int64_t seed)
{
    Layer layer = layer_of(operands, out, FP32, Kernel::TOKENS, seed);
    set_counters(layer, operands, Kernel::FirstKernel::TILE_OUTPUTS, Kernel::SecondKernel::TILE_OUTPUTS);
    const TensorView met = operand(operands, "met");
    expect("met", met, INT32, {1});
    if (layer.gate_up.entries == 0) return;
    launch_together<Kernel>(Whole{layer.gate_up, layer.down, data<uint32_t>(met)}, layer.place);
}

// Outputs of a tile of the down projection, and bytes of shared memory.
tvm::ffi::Shape describe_block()
{
    return tvm::ffi::Shape({Kernel::SecondKernel::TILE_OUTPUTS, Kernel::SHARED_BYTES});
}

}  // namespace

TVM_FFI_DLL_EXPORT_TYPED_FUNC(block, block);
TVM_FFI_DLL_EXPORT_TYPED_FUNC(describe_block, describe_block);
