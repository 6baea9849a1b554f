// What Python asks of a GPU before it computes with subnormal codes (codes.cuh): whether products with
// them are what they should be. PTX says so of fma.bf16x2 and nothing of mma.
#include "layer.cuh"
#include "wgmma.cuh"

namespace {

using namespace mockwright;

struct Probe {
    float *found;   // of mma, of fma.bf16x2: 1 where it keeps subnormals
    uint32_t code;  // an argument, so that no compiler can compute with it
};

struct ProbeKernel {
    static constexpr int THREADS = WARP, SHARED_BYTES = 0, BLOCKS_PER_PROCESSOR = 1;

    static DEVICE void run(const Probe &probe)
    {
        const uint32_t code = probe.code, x = Subnormal::x_scale(0), a[4] = {code, code, code, code};
        const float zero[4] = {};
        float d[4];
        mma(d, a, x, x, zero);  // 16 products of 2^-133 and 2^64
        const uint32_t pair = multiply_add_bf16_pair(code, both_halves(bf16_power(101)), 0);  // 2^-32
        if (thread_index() == 0) {
            probe.found[0] = d[0] * Subnormal::RESULT / 16;
            probe.found[1] = pair == both_halves(bf16_power(-32));
        }
    }
};

void probe(TensorView found)
{
    expect("found", found, FP32, {2});
    const DLDevice device = found.device();
    const Place place{device.device_id, TVMFFIEnvGetStream(device.device_type, device.device_id), 0};
    launch<ProbeKernel>(Probe{data<float>(found), both_halves(1)}, 1, place, false);
}

}  // namespace

TVM_FFI_DLL_EXPORT_TYPED_FUNC(probe, probe);
