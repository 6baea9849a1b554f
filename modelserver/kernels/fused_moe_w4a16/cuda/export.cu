// What Python calls, through tvm-ffi: tensors come as DLPack and are checked here. Compiled by nvcc
// for the GPU, and as C++ for a processor, where the kernels run under lanes on tensors of the CPU.
#include <algorithm>

#include "layer.cuh"
#include "shapes.cuh"

namespace {

using namespace mockwright;

void decode(Operands operands, TensorView out, String gate_up_shape, String down_shape, int64_t tokens_a_block, int64_t seed)
{
    Layer layer = layer_of(operands, out, FP32, tokens_a_block, seed);
    if (int64_t(layer.gate_up.entries) * std::max(layer.gate_up.outputs, layer.down.outputs) > int64_t(UINT32_MAX))
        TVM_FFI_THROW(ValueError) << out.shape()[0] << " tokens are more than 32 bits can index";
    with_gate_up(gate_up_shape, static_cast<int>(tokens_a_block), [&](auto first) {
        with_down(down_shape, static_cast<int>(tokens_a_block), [&](auto second) {
            using First = decltype(first);
            using Second = decltype(second);
            set_counters(layer, operands, First::TILE_OUTPUTS, Second::TILE_OUTPUTS);
            if (layer.gate_up.entries == 0) return;
            launch_tiles<First>(layer.gate_up, layer.places, layer.place, false);
            launch_tiles<Second>(layer.down, layer.places, layer.place, true);
        });
    });
}

// What a kernel gives a block, needing no GPU: outputs of a tile, threads, bytes of shared memory.
template <class Kernel>
tvm::ffi::Shape described_kernel(Kernel)
{
    return tvm::ffi::Shape({Kernel::TILE_OUTPUTS, Kernel::THREADS, Kernel::SHARED_BYTES});
}

tvm::ffi::Shape describe_gate_up(String shape, int64_t tokens_a_block)
{
    tvm::ffi::Shape described;
    with_gate_up(shape, static_cast<int>(tokens_a_block), [&](auto kernel) { described = described_kernel(kernel); });
    return described;
}

tvm::ffi::Shape describe_down(String shape, int64_t tokens_a_block)
{
    tvm::ffi::Shape described;
    with_down(shape, static_cast<int>(tokens_a_block), [&](auto kernel) { described = described_kernel(kernel); });
    return described;
}

}  // namespace

TVM_FFI_DLL_EXPORT_TYPED_FUNC(decode, decode);
TVM_FFI_DLL_EXPORT_TYPED_FUNC(describe_gate_up, describe_gate_up);
TVM_FFI_DLL_EXPORT_TYPED_FUNC(describe_down, describe_down);
