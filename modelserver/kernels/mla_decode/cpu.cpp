// Attention of one new token a request over the latent cache of MLA, on the processor.
//
//     out[b, h] = sum over i of  softmax_i( scale * q[b, h] . key[i] ) * key[i][:value]
//
// A key is one row of the cache, shared by all heads, and its front is the value. Keys are read once, in blocks that
// stay in the nearest cache: widened to float, met with every head, and weighed with a running maximum. A request is
// computed by one thread and from its own keys alone, so its bits depend on no other request and no number of threads.

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>
#include <vector>

#define EXPORT __attribute__((visibility("default")))
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define FOR_EVERY_PROCESSOR __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOR_EVERY_PROCESSOR
#endif

namespace {

constexpr int LANES = 16;   // floats that are added up side by side
constexpr int BLOCK = 16;   // keys at a time
constexpr int HEADS = 4;    // heads that share one reading of a key

}  // namespace

extern "C" {

struct Attention {
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

// What a request is computed in. Heads are padded to a multiple of HEADS; those added are zeros and not written.
struct Room {
    int64_t heads;
    std::vector<float> q, keys, out, highest, total;
    explicit Room(const Attention& a)
        : heads((a.heads + HEADS - 1) / HEADS * HEADS),
          q(heads * a.width),
          keys(BLOCK * a.width),
          out(heads * a.value),
          highest(heads, -std::numeric_limits<float>::infinity()),
          total(heads) {}
};

inline void widen(const void* from, bool is_bf16, int64_t at, int64_t count, float* to) {
    if (!is_bf16) {
        std::memcpy(to, static_cast<const float*>(from) + at, count * sizeof(float));
        return;
    }
    const uint16_t* half = static_cast<const uint16_t*>(from) + at;
    for (int64_t i = 0; i < count; i++) {
        const uint32_t bits = uint32_t(half[i]) << 16;
        std::memcpy(to + i, &bits, 4);
    }
}

// bf16 of a float, rounded half to even; a NaN stays one.
inline uint16_t narrow(float value) {
    uint32_t bits;
    std::memcpy(&bits, &value, 4);
    if (value != value) return uint16_t(bits >> 16 | 0x40);
    return uint16_t((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

// Dot products of one key with `count` heads, one at a time summed in LANES parts.
FOR_EVERY_PROCESSOR
void dots(const float* q, const float* keys, int64_t width, int count, float scale, float (*scores)[BLOCK]) {
    for (int i = 0; i < count; i++) {
        const float* key = keys + i * width;
        float sums[HEADS][LANES] = {};
        for (int64_t k = 0; k < width; k += LANES)
            for (int h = 0; h < HEADS; h++)
                for (int lane = 0; lane < LANES; lane++) sums[h][lane] += q[h * width + k + lane] * key[k + lane];
        for (int h = 0; h < HEADS; h++) {
            float total = 0;
            for (int lane = 0; lane < LANES; lane++) total += sums[h][lane];
            scores[h][i] = total * scale;
        }
    }
}

// out = out * shrink + sum of weights[i] * the front of key i.
FOR_EVERY_PROCESSOR
void weigh(const float* weights, const float* keys, int64_t width, int64_t value, int count, float shrink, float* out) {
    for (int64_t k = 0; k < value; k += LANES) {
        float sums[LANES];
        for (int lane = 0; lane < LANES; lane++) sums[lane] = out[k + lane] * shrink;
        for (int i = 0; i < count; i++)
            for (int lane = 0; lane < LANES; lane++) sums[lane] += weights[i] * keys[i * width + k + lane];
        std::memcpy(out + k, sums, sizeof sums);
    }
}

// Four heads over `count` keys: scores, then out, total and highest of each brought up to date.
void take(const Attention& a, int64_t first, int count, Room& room) {
    float scores[HEADS][BLOCK];
    dots(&room.q[first * a.width], room.keys.data(), a.width, count, a.scale, scores);
    for (int h = 0; h < HEADS; h++) {
        float& highest = room.highest[first + h];
        float top = highest, sum = 0;
        for (int i = 0; i < count; i++) top = scores[h][i] > top ? scores[h][i] : top;
        const float shrink = top == highest ? 1.0f : std::exp(highest - top);
        for (int i = 0; i < count; i++) sum += scores[h][i] = std::exp(scores[h][i] - top);
        highest = top;
        room.total[first + h] = room.total[first + h] * shrink + sum;
        weigh(scores[h], room.keys.data(), a.width, a.value, count, shrink, &room.out[(first + h) * a.value]);
    }
}

void attend(const Attention& a, int64_t request, Room& room) {
    widen(a.q, a.is_bf16, request * a.heads * a.width, a.heads * a.width, room.q.data());
    const int32_t* slots = a.slots + a.rows[request] * a.slots_stride;
    const int64_t length = a.lengths[request];
    for (int64_t start = 0; start < length; start += BLOCK) {
        const int count = int(length - start < BLOCK ? length - start : BLOCK);
        for (int i = 0; i < count; i++)
            widen(a.cache, a.is_bf16, slots[start + i] * a.cache_stride, a.width, &room.keys[i * a.width]);
        for (int64_t first = 0; first < room.heads; first += HEADS) take(a, first, count, room);
    }
    for (int64_t i = 0; i < a.heads * a.value; i++) {
        const float result = room.out[i] / room.total[i / a.value];
        const int64_t at = request * a.heads * a.value + i;
        if (a.is_bf16)
            static_cast<uint16_t*>(a.out)[at] = narrow(result);
        else
            static_cast<float*>(a.out)[at] = result;
    }
}

}  // namespace

extern "C" {

enum Status { DONE = 0, NO_MEMORY = 1 };

// What widths and value widths must be a multiple of.
EXPORT int mla_multiple() { return LANES; }

EXPORT int mla_decode(const Attention* a) {
    try {
        std::vector<Room> rooms(a->requests, Room(*a));
#pragma omp parallel for num_threads(a->threads) if (a->threads > 1) schedule(dynamic)
        for (int64_t request = 0; request < a->requests; request++) attend(*a, request, rooms[request]);
    } catch (const std::bad_alloc&) {
        return NO_MEMORY;
    }
    return DONE;
}

}  // extern "C"
