// Attention within one split of the context: softmax over scores, and the weighted sum of values.

float CK_NAME(softmax)(float *scores, size_t n, float scale, float *maximum) {
    const size_t padded = (n + CK_LANES - 1) / CK_LANES * CK_LANES;
    for (size_t i = n; i < padded; i++) scores[i] = -INFINITY;
    v16 highest = v16_set(-INFINITY);
    for (size_t i = 0; i < padded; i += CK_LANES) {
        const v16 scaled = v16_mul(v16_load(scores + i), v16_set(scale));
        v16_store(scores + i, scaled);
        highest = v16_max(highest, scaled);
    }
    float lanes[CK_LANES];
    v16_store(lanes, highest);
    for (int j = 1; j < CK_LANES; j++) lanes[0] = lanes[0] > lanes[j] ? lanes[0] : lanes[j];
    // Padding is exp(−∞) = 0, which changes no sum.
    v16 sum = v16_zero();
    for (size_t i = 0; i < padded; i += CK_LANES) {
        const v16 weight = v16_exp(v16_sub(v16_load(scores + i), v16_set(lanes[0])));
        v16_store(scores + i, weight);
        sum = v16_add(sum, weight);
    }
    *maximum = lanes[0];
    return v16_sum(sum);
}

// `rows` rows and `vectors` vectors (constants) of the values; rows go on alone past their common count.
static inline __attribute__((always_inline)) void mix_tile(
    size_t rows, size_t vectors, const float *weights, size_t weights_stride, const size_t *counts,
    const float *values, size_t dim, float *out) {
    v16 sums[CK_MIX_ROWS][CK_MIX_VECTORS];
    size_t common = counts[0];
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++) {
        common = counts[r] < common ? counts[r] : common;
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) sums[r][v] = v16_zero();
    }
    for (size_t j = 0; j < common; j++) {
        v16 value[CK_MIX_VECTORS];
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) value[v] = v16_load(values + j * dim + v * CK_LANES);
#pragma clang loop unroll(full)
        for (size_t r = 0; r < rows; r++) {
            const v16 weight = v16_set(weights[r * weights_stride + j]);
#pragma clang loop unroll(full)
            for (size_t v = 0; v < vectors; v++) sums[r][v] = v16_fma(weight, value[v], sums[r][v]);
        }
    }
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++) {
        for (size_t j = common; j < counts[r]; j++) {
            const v16 weight = v16_set(weights[r * weights_stride + j]);
#pragma clang loop unroll(full)
            for (size_t v = 0; v < vectors; v++)
                sums[r][v] = v16_fma(weight, v16_load(values + j * dim + v * CK_LANES), sums[r][v]);
        }
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) v16_store(out + r * dim + v * CK_LANES, sums[r][v]);
    }
}

static inline __attribute__((always_inline)) void mix_rows(
    size_t rows, const float *weights, size_t weights_stride, const size_t *counts, const float *values,
    size_t dim, float *out) {
    size_t d = 0;
    for (; d + CK_MIX_VECTORS * CK_LANES <= dim; d += CK_MIX_VECTORS * CK_LANES)
        mix_tile(rows, CK_MIX_VECTORS, weights, weights_stride, counts, values + d, dim, out + d);
    for (; d < dim; d += CK_LANES)
        mix_tile(rows, 1, weights, weights_stride, counts, values + d, dim, out + d);
}

void CK_NAME(mix)(
    const float *weights, size_t weights_stride, const size_t *counts, size_t rows, const float *values,
    size_t dim, float *out) {
    size_t r = 0;
    for (; r + CK_MIX_ROWS <= rows; r += CK_MIX_ROWS)
        mix_rows(
            CK_MIX_ROWS, weights + r * weights_stride, weights_stride, counts + r, values, dim,
            out + r * dim);
    for (; r < rows; r++)
        mix_rows(1, weights + r * weights_stride, weights_stride, counts + r, values, dim, out + r * dim);
}

void CK_NAME(blend)(float *into, float a, const float *part, float b, size_t n) {
    for (size_t i = 0; i < n; i += CK_LANES) {
        const v16 added = v16_mul(v16_load(part + i), v16_set(b));
        v16_store(into + i, v16_fma(v16_load(into + i), v16_set(a), added));
    }
}

#pragma clang attribute pop
