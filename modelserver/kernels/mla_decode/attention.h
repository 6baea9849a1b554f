// Attention of one token over the latent cache of MLA: its keys are read once, where they lie.
//
//     out[h] = sum over i of  softmax_i( scale * q[h] . key[i] ) * key[i][:value]
//
// All heads share a key, and its front is the value. Keys are taken in blocks that stay in the nearest cache: widened
// to float, met with the heads four by four, and weighed with a running maximum.
#pragma once

#include <cmath>
#include <limits>
#include <vector>

#include "../lanes.h"

namespace {

constexpr int BLOCK = 16;  // keys at a time
constexpr int HEADS = 4;   // heads that share one reading of a key
constexpr int SIDE = 4;    // keys, or parts of the value, that are met with a head at once
constexpr float NOTHING = -1e30f;
static_assert(BLOCK == LANES && BLOCK % SIDE == 0, "a block's scores are one vector");

inline int64_t padded(int64_t heads) { return (heads + HEADS - 1) / HEADS * HEADS; }

// One request's keys: position i is row slots[i] of the cache. Widths are multiples of LANES.
template <class Number>
struct Keys {
    const Number* cache;
    int64_t stride, width, value;
    const int32_t* slots;
    int64_t length;
};

class Attention {
   public:
    // q holds padded(heads) rows, those added zero.
    Attention(const float* q, int64_t heads, int64_t width, int64_t value)
        : q(q), heads(padded(heads)), width(width), value(value), keys(BLOCK * width), out(this->heads * value),
          highest(this->heads, -std::numeric_limits<float>::infinity()), total(this->heads) {}

    template <class Number>
    void over(const Keys<Number>& k, float scale) {
        for (int64_t start = 0; start < k.length; start += BLOCK) {
            const int count = int(k.length - start < BLOCK ? k.length - start : BLOCK);
            for (int i = 0; i < count; i++)
                widen(k.cache + k.slots[start + i] * k.stride, width, &keys[i * width]);
            for (int64_t head = 0; head < heads; head += HEADS) take(head, count, scale);
        }
        for (int64_t head = 0; head < heads; head++)
            for (int64_t i = 0; i < value; i += LANES) {
                float* at = &out[head * value + i];
                store(at, load(at) / total[head]);
            }
    }

    const float* result() const { return out.data(); }  // [heads, value]

   private:
    const float* q;
    const int64_t heads, width, value;
    std::vector<float> keys, out, highest, total;

    // HEADS heads over the `count` keys at hand: out, total and highest of each brought up to date.
    void take(int64_t head, int count, float scale) {
        float scores[HEADS][BLOCK], shrink[HEADS];
        for (int key = 0; key < BLOCK; key += SIDE) score(head, key, scale, scores);
        for (int h = 0; h < HEADS; h++) {
            float& high = highest[head + h];
            float top = high;
            for (int i = 0; i < count; i++) top = scores[h][i] > top ? scores[h][i] : top;
            for (int i = count; i < BLOCK; i++) scores[h][i] = NOTHING;
            const Lanes weights = exponential(load(scores[h]) - top);
            store(scores[h], weights);
            shrink[h] = top == high ? 1.0f : std::exp(high - top);
            high = top;
            float added = 0;
            for (int i = 0; i < count; i++) added += scores[h][i];
            total[head + h] = total[head + h] * shrink[h] + added;
        }
        int64_t k = 0;
        for (; k + SIDE * LANES <= value; k += SIDE * LANES) weigh<SIDE>(head, k, count, scores, shrink);
        for (; k < value; k += LANES) weigh<1>(head, k, count, scores, shrink);
    }

    // SIDE keys with HEADS heads. Of rows past the last key nothing is used.
    void score(int64_t head, int key, float scale, float (*scores)[BLOCK]) const {
        Lanes sums[HEADS][SIDE] = {};
        for (int64_t k = 0; k < width; k += LANES)
            for (int h = 0; h < HEADS; h++)
                for (int i = 0; i < SIDE; i++)
                    sums[h][i] += load(q + (head + h) * width + k) * load(&keys[(key + i) * width + k]);
        for (int h = 0; h < HEADS; h++)
            for (int i = 0; i < SIDE; i++) scores[h][key + i] = sum(sums[h][i]) * scale;
    }

    // PARTS lanes' worth of the value from k on, for HEADS heads.
    template <int PARTS>
    void weigh(int64_t head, int64_t k, int count, const float (*weights)[BLOCK], const float* shrink) {
        Lanes sums[HEADS][PARTS];
        float* to = &out[head * value + k];
        for (int h = 0; h < HEADS; h++)
            for (int part = 0; part < PARTS; part++) sums[h][part] = load(to + h * value + part * LANES) * shrink[h];
        for (int i = 0; i < count; i++)
            for (int h = 0; h < HEADS; h++)
                for (int part = 0; part < PARTS; part++)
                    sums[h][part] += weights[h][i] * load(&keys[i * width + k + part * LANES]);
        for (int h = 0; h < HEADS; h++)
            for (int part = 0; part < PARTS; part++) store(to + h * value + part * LANES, sums[h][part]);
    }
};

}  // namespace
