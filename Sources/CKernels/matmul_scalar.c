#include "kernel_tables.h"
#include "scalar.h"

static float dot(const float *x, ck_type type, const void *row, size_t k) {
    float lanes[CK_LANES] = {0};
    for (size_t i = 0; i < k; i++) {
        float *lane = lanes + i % CK_LANES;
        *lane = fmaf(x[i], stored_element(type, row, i), *lane);
    }
    return lanes_sum(lanes);
}

void ck_matmul_scalar(
    const float *x, size_t x_stride, size_t rows, ck_matrix w, size_t outs, size_t k, float *y,
    size_t y_stride, int accumulate) {
    for (size_t r = 0; r < rows; r++) {
        for (size_t o = 0; o < outs; o++) {
            const float product = dot(x + r * x_stride, w.type, (const uint8_t *)w.base + o * w.stride, k);
            float *out = y + r * y_stride + o;
            *out = accumulate ? *out + product : product;
        }
    }
}
