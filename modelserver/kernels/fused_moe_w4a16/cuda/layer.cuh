// A layer's tensors as Python hands them over, as DLPack through tvm-ffi, checked.
#pragma once

#include <tvm/ffi/container/map.h>
#include <tvm/ffi/container/tensor.h>
#include <tvm/ffi/extra/c_env_api.h>
#include <tvm/ffi/function.h>
#include <tvm/ffi/string.h>

#include <initializer_list>

#include "launch.cuh"
#include "problem.cuh"

namespace mockwright {

using tvm::ffi::Map;
using tvm::ffi::String;
using tvm::ffi::Tensor;
using tvm::ffi::TensorView;

#ifdef __CUDACC__
constexpr DLDeviceType DEVICE_TYPE = kDLCUDA;
#else
constexpr DLDeviceType DEVICE_TYPE = kDLCPU;
#endif
constexpr DLDataType BF16{kDLBfloat, 16, 1}, FP32{kDLFloat, 32, 1}, INT32{kDLInt, 32, 1};
constexpr int64_t ANY = -1;

inline std::string described(const TensorView &tensor)
{
    std::string said = "[";
    for (int i = 0; i < tensor.ndim(); ++i) said += (i ? ", " : "") + std::to_string(tensor.shape()[i]);
    const DLDataType type = tensor.dtype();
    const char *const kind = type.code == kDLBfloat ? "bf" : type.code == kDLFloat ? "fp" : "int";
    return kind + std::to_string(type.bits) + " " + said + "]";
}

// Throws unless the tensor is of this type and shape, on this library's device, and contiguous but
// for its first `strided` axes.
inline void expect(const char *name, const TensorView &tensor, DLDataType type, std::initializer_list<int64_t> shape, int strided = 0)
{
    const DLDataType actual = tensor.dtype();
    bool fits = actual.code == type.code && actual.bits == type.bits && actual.lanes == 1 &&
                tensor.device().device_type == DEVICE_TYPE && tensor.ndim() == static_cast<int>(shape.size());
    std::string wanted;
    int axis = 0;
    for (int64_t size : shape) {
        wanted += (axis ? ", " : "") + (size == ANY ? std::string("any") : std::to_string(size));
        fits = fits && (size == ANY || tensor.shape()[axis] == size);
        ++axis;
    }
    int64_t stride = 1;
    for (axis = tensor.ndim() - 1; fits && axis >= strided; --axis) {
        fits = tensor.shape()[axis] == 1 || tensor.strides()[axis] == stride || tensor.numel() == 0;
        stride *= tensor.shape()[axis];
    }
    if (!fits)
        TVM_FFI_THROW(ValueError) << name << " is " << described(tensor) << ", expected contiguous [" << wanted
                                  << "] of its type on the kernel's device";
    if (reinterpret_cast<uintptr_t>(tensor.data_ptr()) % 16 && type.bits == 16)
        TVM_FFI_THROW(ValueError) << name << " is not aligned to 16 bytes";
}

template <class T>
T *data(const TensorView &tensor)
{
    return static_cast<T *>(tensor.data_ptr());
}

inline void expect_weights(const char *name, const TensorView &words, const TensorView &scales, int64_t experts, int64_t rows,
                    int64_t columns)
{
    const std::string names = std::string(name) + ".words", of_scales = std::string(name) + ".scales";
    expect(names.c_str(), words, INT32, {experts, columns / BLOCK_COLUMNS, rows, ROW_BYTES / 4}, 2);
    expect(of_scales.c_str(), scales, BF16, {experts, columns / BLOCK_COLUMNS, rows, PLANES}, 2);
    for (const TensorView *tensor : {&words, &scales})
        if (reinterpret_cast<uintptr_t>(tensor->data_ptr()) % 16)
            TVM_FFI_THROW(ValueError) << name << " is not aligned to 16 bytes";
}

inline void set_weights(Product &p, const TensorView &words, const TensorView &scales)
{
    p.words = data<uint8_t>(words);
    p.scales = data<uint8_t>(scales);
    p.words_expert = 4 * words.strides()[0];
    p.words_block = 4 * words.strides()[1];
    p.scales_expert = 2 * scales.strides()[0];
    p.scales_block = 2 * scales.strides()[1];
}

struct Layer {
    GateUp gate_up;
    Down down;  // without `arrived`
    int64_t places;  // P of the alignment
    Place place;
};

// The tensors of a call by name, as cuda_operands.py gathers them.
using Operands = Map<String, Tensor>;

inline TensorView operand(const Operands &operands, const char *name)
{
    const auto found = operands.find(name);
    if (found == operands.end()) TVM_FFI_THROW(ValueError) << "there is no " << name << " among the operands";
    return (*found).second;
}

// Everything of a call but the counters, whose shape is the tiles'. Throws ValueError for what does not fit together.
inline Layer layer_of(const Operands &operands, TensorView out, DLDataType partial_type, int64_t tokens_a_block, int64_t seed)
{
    const TensorView x = operand(operands, "x"), weights = operand(operands, "weights"), ids = operand(operands, "ids");
    const TensorView w13_words = operand(operands, "w13.words"), w13_scales = operand(operands, "w13.scales");
    const TensorView w2_words = operand(operands, "w2.words"), w2_scales = operand(operands, "w2.scales");
    const TensorView sorted_token_ids = operand(operands, "sorted_token_ids"), expert_ids = operand(operands, "expert_ids");
    const TensorView num_tokens_post_padded = operand(operands, "num_tokens_post_padded");
    const TensorView h = operand(operands, "h"), partial = operand(operands, "partial");
    const int64_t tokens = ids.shape()[0], slots = ids.shape()[1], entries = tokens * slots;
    const int64_t hidden = x.shape()[1], inner = h.shape()[1], expert_count = w13_words.shape()[0];
    expect("x", x, BF16, {tokens, hidden});
    expect_weights("w13", w13_words, w13_scales, expert_count, 2 * inner, hidden);
    expect_weights("w2", w2_words, w2_scales, expert_count, hidden, inner);
    expect("weights", weights, FP32, {tokens, slots});
    expect("ids", ids, INT32, {tokens, slots});
    expect("sorted_token_ids", sorted_token_ids, INT32, {ANY});
    expect("expert_ids", expert_ids, INT32, {sorted_token_ids.shape()[0] / tokens_a_block});
    expect("num_tokens_post_padded", num_tokens_post_padded, INT32, {1});
    expect("h", h, BF16, {entries, inner});
    expect("partial", partial, partial_type, {entries, hidden});
    expect("out", out, BF16, {tokens, hidden});
    Product product{};
    product.sorted_token_ids = data<int>(sorted_token_ids);
    product.expert_ids = data<int>(expert_ids);
    product.num_tokens_post_padded = data<int>(num_tokens_post_padded);
    product.entries = static_cast<int>(entries);

    GateUp gate_up{product};
    set_weights(gate_up, w13_words, w13_scales);
    gate_up.columns = static_cast<int>(hidden);
    gate_up.outputs = static_cast<int>(inner);
    gate_up.x = data<uint16_t>(x);
    gate_up.entries_a_row = static_cast<int>(slots);
    gate_up.h = data<uint16_t>(h);

    Down down{product};
    set_weights(down, w2_words, w2_scales);
    down.columns = static_cast<int>(inner);
    down.outputs = static_cast<int>(hidden);
    down.x = gate_up.h;
    down.entries_a_row = 1;
    down.weights = data<float>(weights);
    down.ids = data<int>(ids);
    down.slots = static_cast<int>(slots);
    down.expert_count = static_cast<int>(expert_count);
    down.partial = data<float>(partial);
    down.out = data<uint16_t>(out);

    const DLDevice device = x.device();
    const Place place{device.device_id, TVMFFIEnvGetStream(device.device_type, device.device_id), uint64_t(seed)};
    return {gate_up, down, sorted_token_ids.shape()[0], place};
}

// The counters, [T, H / tile]. Throws ValueError where the layer has no whole tiles.
inline void set_counters(Layer &layer, const Operands &operands, int64_t outputs_a_tile, int64_t columns_a_tile)
{
    const int64_t inner = layer.gate_up.outputs, hidden = layer.down.outputs;
    if (inner % outputs_a_tile || hidden % columns_a_tile)
        TVM_FFI_THROW(ValueError) << "I = " << inner << " and H = " << hidden << " have no whole tiles";
    const TensorView arrived = operand(operands, "arrived");
    expect("arrived", arrived, INT32, {operand(operands, "ids").shape()[0], hidden / columns_a_tile});
    layer.down.arrived = data<int>(arrived);
}

}  // namespace mockwright
