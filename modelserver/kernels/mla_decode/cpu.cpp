// Attention of one new token a request over the latent cache of MLA, on the processor: attention.h for each request.
//
// A request is computed by one thread and from its own keys alone, so its bits depend on no other request and no
// number of threads.

#include <new>

#include "attention.h"

#define EXPORT __attribute__((visibility("default")))

extern "C" {

struct Problem {
    const void* q;           // [requests, heads, width]
    const void* cache;       // [.., width], rows `cache_stride` elements apart
    const int32_t* slots;    // [.., ..] row of each position of a request, rows `slots_stride` apart
    const int64_t* rows;     // [requests] the row in `slots`
    const int64_t* lengths;  // [requests] positions, at least 1
    void* out;               // [requests, heads, value]
    int64_t requests, heads, width, value, cache_stride, slots_stride;
    float scale;
    int32_t is_bf16, threads;
};

}  // extern "C"

namespace {

template <class Number>
void attend(const Problem& p, int64_t request) {
    const int64_t q_size = p.heads * p.width, out_size = p.heads * p.value;
    std::vector<float> q(padded(p.heads) * p.width);
    widen(static_cast<const Number*>(p.q) + request * q_size, q_size, q.data());
    const Keys<Number> keys{static_cast<const Number*>(p.cache), p.cache_stride, p.width, p.value,
                            p.slots + p.rows[request] * p.slots_stride, p.lengths[request]};
    Attention attention(q.data(), p.heads, p.width, p.value);
    attention.over(keys, p.scale);
    store(attention.result(), out_size, static_cast<Number*>(p.out) + request * out_size);
}

}  // namespace

extern "C" {

enum Status { DONE = 0, NO_MEMORY = 1 };

// What widths and value widths must be a multiple of.
EXPORT int mla_multiple() { return LANES; }

EXPORT int mla_decode(const Problem* p) {
    bool starved = false;
#pragma omp parallel for num_threads(p->threads) if (p->threads > 1) schedule(dynamic)
    for (int64_t request = 0; request < p->requests; request++) {
        try {
            p->is_bf16 ? attend<bf16>(*p, request) : attend<float>(*p, request);
        } catch (const std::bad_alloc&) {
#pragma omp atomic write
            starved = true;
        }
    }
    return starved ? NO_MEMORY : DONE;
}

}  // extern "C"
