#include "kernel_tables.h"
#include "scalar.h"

float ck_softmax_scalar(float *scores, size_t n, float scale, float *maximum) {
    float lanes[CK_LANES] = {0};
    float highest = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        scores[i] = scores[i] * scale;
        highest = highest > scores[i] ? highest : scores[i];
    }
    for (size_t i = 0; i < n; i++) {
        scores[i] = ck_exp(scores[i] - highest);
        lanes[i % CK_LANES] = lanes[i % CK_LANES] + scores[i];
    }
    *maximum = highest;
    return lanes_sum(lanes);
}

void ck_mix_scalar(
    const float *weights, size_t weights_stride, const size_t *counts, size_t rows, const float *values,
    size_t dim, float *out) {
    for (size_t r = 0; r < rows; r++) {
        const float *row = weights + r * weights_stride;
        for (size_t d = 0; d < dim; d++) {
            float sum = 0;
            for (size_t j = 0; j < counts[r]; j++) sum = fmaf(row[j], values[j * dim + d], sum);
            out[r * dim + d] = sum;
        }
    }
}

void ck_blend_scalar(float *into, float a, const float *part, float b, size_t n) {
    for (size_t i = 0; i < n; i++) into[i] = fmaf(into[i], a, part[i] * b);
}
