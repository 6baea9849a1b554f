// A few tokens through a weight: y[m][n] = sum over k of x[m][k] * w[n][k].
//
// Rows of the weight lie side by side in the lanes: [N/16, K, 16]. A lane adds up its own row in the order of k, so a
// token's result does not depend on how many others there are.
#pragma once

#include "../lanes.h"

namespace {

constexpr int TOKENS = 8;  // that share one reading of the weights

template <class Number, int M, int BLOCKS>
void multiply(const Number* w, int64_t k, const float* x, int64_t x_stride, float* y, int64_t y_stride) {
    Lanes sums[M][BLOCKS] = {};
    for (int64_t i = 0; i < k; i++)
        for (int b = 0; b < BLOCKS; b++) {
            const Lanes weights = load(w + (b * k + i) * LANES);
            for (int m = 0; m < M; m++) sums[m][b] += weights * x[m * x_stride + i];
        }
    for (int m = 0; m < M; m++)
        for (int b = 0; b < BLOCKS; b++) store(y + m * y_stride + b * LANES, sums[m][b]);
}

template <class Number, int M>
void multiply_rows(const Number* w, int64_t n, int64_t k, const float* x, int64_t x_stride, float* y, int64_t y_stride) {
    constexpr int BLOCKS = M > 4 ? 2 : 4;
    int64_t row = 0;
    for (; row + BLOCKS * LANES <= n; row += BLOCKS * LANES)
        multiply<Number, M, BLOCKS>(w + row * k, k, x, x_stride, y + row, y_stride);
    for (; row < n; row += LANES) multiply<Number, M, 1>(w + row * k, k, x, x_stride, y + row, y_stride);
}

// x [tokens, k] and y [tokens, n], rows so many numbers apart; n a multiple of LANES.
template <class Number>
void linear(const Number* w, int64_t n, int64_t k, int64_t tokens, const float* x, int64_t x_stride, float* y,
            int64_t y_stride) {
    using Multiply = void (*)(const Number*, int64_t, int64_t, const float*, int64_t, float*, int64_t);
    static const Multiply by_count[TOKENS] = {
        multiply_rows<Number, 1>, multiply_rows<Number, 2>, multiply_rows<Number, 3>, multiply_rows<Number, 4>,
        multiply_rows<Number, 5>, multiply_rows<Number, 6>, multiply_rows<Number, 7>, multiply_rows<Number, 8>,
    };
    for (int64_t t = 0; t < tokens; t += TOKENS) {
        const int64_t count = tokens - t < TOKENS ? tokens - t : TOKENS;
        by_count[count - 1](w, n, k, x + t * x_stride, x_stride, y + t * y_stride, y_stride);
    }
}

}  // namespace
