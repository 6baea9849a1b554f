// One decode step of a model of the K2.5 kind on the processor: all layers of one new token a request, in one call.
//
// Everything between the layers' weights is float32. Attention is absorbed: the latent of the new token goes to the
// cache, and the heads look into it with queries that kv_b has been multiplied into. Routed experts go through the
// kernel of fused_moe_w4a16, whose entry is handed in. Nothing here depends on the other tokens of the batch.

#include <algorithm>
#include <new>

#include "../mla_decode/attention.h"
#include "linear.h"

#define EXPORT __attribute__((visibility("default")))

extern "C" {

// struct Problem of fused_moe_w4a16/cpu.cpp.
struct Experts {
    const void *x, *codes13, *scales13, *codes2, *scales2;
    const float* weights;
    const int32_t* ids;
    void* y;
    int64_t tokens, slots, experts, hidden, inner;
    int32_t x_is_bf16, threads;
};

// Weights of Number, in the order of linear.h; norms and biases are floats.
struct Layer {
    const float *input_norm, *q_norm, *kv_norm, *mlp_norm;
    const void *qkv_a;      // [q_lora + kv_lora + rope, hidden]
    const void *q_b;        // [heads * (nope + rope), q_lora]
    const void *k_b, *v_b;  // [heads][kv_lora, nope] and [heads][v, kv_lora]
    const void *o;          // [hidden, heads * v]
    const void *gate_up;    // [2 * inner, hidden]: of the dense layer, or of the shared expert
    const void *down;       // [hidden, inner]
    int64_t inner;
    const void *router;     // [experts, hidden], null in a dense layer
    const float *bias;      // [experts]
    const void *codes13, *scales13, *codes2, *scales2;
    void* cache;            // [.., kv_lora + rope]
};

struct Model {
    const Layer* layers;
    const float *norm, *cos_sin;  // [hidden]; [positions, rope]: cosines, then sines
    int (*experts_forward)(const Experts*, int);
    int64_t count, hidden, heads, q_lora, kv_lora, nope, rope, v, experts, chosen, expert_inner, cache_stride;
    float epsilon, scale, routed_scale;
    int32_t is_bf16, experts_path;
};

struct Step {
    const void* x;           // [tokens, hidden] embeddings
    const int64_t* positions;
    const int64_t* places;   // [tokens] row of the cache that the new token takes
    const int32_t* slots;    // [.., ..] row of each position of a request
    const int64_t* rows;     // [tokens] the row in `slots`
    const int64_t* lengths;  // [tokens] positions, the new one among them
    void* out;               // [tokens, hidden], after the last norm
    int64_t tokens, slots_stride;
};

}  // extern "C"

namespace {

using Floats = std::vector<float>;

void normalise(const float* weight, float epsilon, int64_t count, float* x) {
    Lanes squares = {};
    for (int64_t i = 0; i < count; i += LANES) squares += load(x + i) * load(x + i);
    const float factor = 1.0f / std::sqrt(sum(squares) / float(count) + epsilon);
    for (int64_t i = 0; i < count; i += LANES) store(x + i, load(x + i) * factor * load(weight + i));
}

// Neighbours (2i, 2i + 1) are turned by the angle of frequency i.
void turn(const float* cos_sin, int64_t rope, float* x) {
    for (int64_t i = 0; i < rope / 2; i++) {
        const float c = cos_sin[i], s = cos_sin[rope / 2 + i], a = x[2 * i], b = x[2 * i + 1];
        x[2 * i] = a * c - b * s;
        x[2 * i + 1] = b * c + a * s;
    }
}

Lanes silu(Lanes x) { return x / (1.0f + exponential(x < -80.0f ? all(80.0f) : -x)); }

template <class Number>
class Pass {
   public:
    Pass(const Model& m, const Step& step)
        : m(m), step(step), tokens(step.tokens), key(m.kv_lora + m.rope), x(tokens * m.hidden), normed(x.size()) {
        widen(static_cast<const Number*>(step.x), tokens * m.hidden, x.data());
    }

    bool run() {
        for (const Layer* layer = m.layers; layer < m.layers + m.count; layer++) {
            take_norm(layer->input_norm);
            attend(*layer);
            take_norm(layer->mlp_norm);
            feed(*layer);
            if (layer->router && !route(*layer)) return false;
        }
        take_norm(m.norm);
        store(normed.data(), tokens * m.hidden, static_cast<Number*>(step.out));
        return true;
    }

   private:
    const Model& m;
    const Step& step;
    const int64_t tokens, key;
    Floats x, normed;  // [tokens, hidden]

    static const Number* of(const void* weight) { return static_cast<const Number*>(weight); }

    void take_norm(const float* weight) {
        normed = x;
        for (int64_t t = 0; t < tokens; t++) normalise(weight, m.epsilon, m.hidden, &normed[t * m.hidden]);
    }

    // y [tokens, n] of x [tokens, k]
    Floats through(const void* weight, int64_t n, int64_t k, const Floats& from) const {
        Floats to(tokens * n);
        linear(of(weight), n, k, tokens, from.data(), k, to.data(), n);
        return to;
    }

    void add(const Floats& part) {
        for (int64_t i = 0; i < tokens * m.hidden; i += LANES) store(&x[i], load(&x[i]) + load(&part[i]));
    }

    void attend(const Layer& layer) {
        const int64_t width = m.q_lora + key, head = m.nope + m.rope;
        Floats latent = through(layer.qkv_a, width, m.hidden, normed), q_a(tokens * m.q_lora);
        for (int64_t t = 0; t < tokens; t++) {
            float* row = &latent[t * width];
            normalise(layer.q_norm, m.epsilon, m.q_lora, row);
            std::copy(row, row + m.q_lora, &q_a[t * m.q_lora]);
            normalise(layer.kv_norm, m.epsilon, m.kv_lora, row + m.q_lora);
            turn(angles(t), m.rope, row + m.q_lora + m.kv_lora);
            store(row + m.q_lora, key, static_cast<Number*>(layer.cache) + step.places[t] * m.cache_stride);
        }
        Floats q = through(layer.q_b, m.heads * head, m.q_lora, q_a), seen(tokens * m.heads * m.v);
        for (int64_t t = 0; t < tokens; t++) look(layer, t, &q[t * m.heads * head], &seen[t * m.heads * m.v]);
        add(through(layer.o, m.hidden, m.heads * m.v, seen));
    }

    // One token's queries q [heads, nope + rope] over its cache: seen [heads, v].
    void look(const Layer& layer, int64_t t, float* q, float* seen) const {
        const int64_t head = m.nope + m.rope;
        Floats absorbed(padded(m.heads) * key);
        for (int64_t h = 0; h < m.heads; h++) {
            linear(of(layer.k_b) + h * m.kv_lora * m.nope, m.kv_lora, m.nope, 1, q + h * head, 0, &absorbed[h * key], 0);
            turn(angles(t), m.rope, q + h * head + m.nope);
            std::copy(q + h * head + m.nope, q + (h + 1) * head, &absorbed[h * key + m.kv_lora]);
        }
        Attention attention(absorbed.data(), m.heads, key, m.kv_lora);
        attention.over(Keys<Number>{of(layer.cache), m.cache_stride, key, m.kv_lora,
                                    step.slots + step.rows[t] * step.slots_stride, step.lengths[t]},
                       m.scale);
        for (int64_t h = 0; h < m.heads; h++)
            linear(of(layer.v_b) + h * m.v * m.kv_lora, m.v, m.kv_lora, 1, attention.result() + h * m.kv_lora, 0,
                   seen + h * m.v, 0);
    }

    const float* angles(int64_t t) const { return m.cos_sin + step.positions[t] * m.rope; }

    // The dense layer, or the shared expert.
    void feed(const Layer& layer) {
        Floats gate_up = through(layer.gate_up, 2 * layer.inner, m.hidden, normed), h(tokens * layer.inner);
        for (int64_t t = 0; t < tokens; t++)
            for (int64_t i = 0; i < layer.inner; i += LANES)
                store(&h[t * layer.inner + i], silu(load(&gate_up[2 * t * layer.inner + i])) *
                                                   load(&gate_up[(2 * t + 1) * layer.inner + i]));
        add(through(layer.down, m.hidden, layer.inner, h));
    }

    // The routed experts of normed; false when their kernel fails.
    bool route(const Layer& layer) {
        const int64_t rows = (m.experts + LANES - 1) / LANES * LANES;  // the router's, padded
        const Floats logits = through(layer.router, rows, m.hidden, normed);
        Floats weights(tokens * m.chosen), y(tokens * m.hidden);
        std::vector<int32_t> ids(tokens * m.chosen);
        for (int64_t t = 0; t < tokens; t++)
            choose(&logits[t * rows], layer.bias, &weights[t * m.chosen], &ids[t * m.chosen]);
        const Experts experts{normed.data(), layer.codes13, layer.scales13, layer.codes2, layer.scales2,
                              weights.data(), ids.data(), y.data(), tokens, m.chosen,
                              m.experts, m.hidden, m.expert_inner, 0, 1};
        if (m.experts_forward(&experts, m.experts_path)) return false;
        add(y);
        return true;
    }

    // The best by sigmoid + bias, the lower of equals; weighed by the sigmoids alone, which are made to add up to
    // routed_scale.
    void choose(const float* logits, const float* bias, float* weights, int32_t* ids) const {
        Floats scores(m.experts);
        std::vector<int32_t> order(m.experts);
        for (int64_t e = 0; e < m.experts; e++) order[e] = int32_t(e), scores[e] = 1.0f / (1.0f + std::exp(-logits[e]));
        std::partial_sort(order.begin(), order.begin() + m.chosen, order.end(), [&](int32_t a, int32_t b) {
            const float left = scores[a] + bias[a], right = scores[b] + bias[b];
            return left > right || (left == right && a < b);
        });
        float total = 0;
        for (int64_t i = 0; i < m.chosen; i++) total += scores[order[i]];
        for (int64_t i = 0; i < m.chosen; i++) ids[i] = order[i], weights[i] = scores[order[i]] / total * m.routed_scale;
    }
};

}  // namespace

extern "C" {

enum Status { DONE = 0, NO_MEMORY = 1, EXPERTS_FAILED = 2 };

// What widths must be a multiple of.
EXPORT int step_multiple() { return LANES; }

EXPORT int step_run(const Model* model, const Step* step) {
    try {
        const bool ran = model->is_bf16 ? Pass<bf16>(*model, *step).run() : Pass<float>(*model, *step).run();
        return ran ? DONE : EXPERTS_FAILED;
    } catch (const std::bad_alloc&) {
        return NO_MEMORY;
    }
}

}  // extern "C"
