// The matrix product over register tiles: every output is one canonical 16-lane dot product,
// whatever its tile.

// One tile; `type`, `rows` and `outs` are constants at every call, so that the loops unroll into registers.
static inline __attribute__((always_inline)) void tile(
    ck_type type, size_t rows, size_t outs, const float *x, size_t x_stride, const uint8_t *w,
    size_t w_stride, size_t k, float *y, size_t y_stride, int accumulate) {
    v16 sums[CK_TILE_ROWS][CK_TILE_OUTS];
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
        for (size_t o = 0; o < outs; o++) sums[r][o] = v16_zero();
    }
    // One row of Q8_0 is bound by unpacking: take whole blocks, so that each scale is widened once.
    for (size_t i = 0; type == CK_Q8_0 && rows == 1 && i < k; i += Q8_BLOCK) {
        const v16 low = v16_load(x + i), high = v16_load(x + i + CK_LANES);
#pragma clang loop unroll(full)
        for (size_t o = 0; o < outs; o++) {
            const uint8_t *block = w + o * w_stride + i / Q8_BLOCK * Q8_BLOCK_BYTES;
            const v16 scale = v16_set_half(block);
            sums[0][o] = v16_fma(low, v16_mul(scale, v16_load_i8(block + 2)), sums[0][o]);
            sums[0][o] = v16_fma(high, v16_mul(scale, v16_load_i8(block + 2 + CK_LANES)), sums[0][o]);
        }
    }
    for (size_t i = 0; !(type == CK_Q8_0 && rows == 1) && i < k; i += CK_LANES) {
        v16 inputs[CK_TILE_ROWS];
#pragma clang loop unroll(full)
        for (size_t r = 0; r < rows; r++) inputs[r] = v16_load(x + r * x_stride + i);
#pragma clang loop unroll(full)
        for (size_t o = 0; o < outs; o++) {
            const v16 weights = v16_load_stored(type, w + o * w_stride, i);
#pragma clang loop unroll(full)
            for (size_t r = 0; r < rows; r++) sums[r][o] = v16_fma(inputs[r], weights, sums[r][o]);
        }
    }
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++) {
        float *out = y + r * y_stride;
        float products[CK_TILE_OUTS];
        size_t o = 0;
#pragma clang loop unroll(full)
        for (; o + 4 <= outs; o += 4)
            v16_sum4(sums[r][o], sums[r][o + 1], sums[r][o + 2], sums[r][o + 3], products + o);
#pragma clang loop unroll(full)
        for (; o < outs; o++) products[o] = v16_sum(sums[r][o]);
        for (o = 0; o < outs; o++) out[o] = accumulate ? out[o] + products[o] : products[o];
    }
}

// `rows` rows (a constant) against all weights of one type.
static inline __attribute__((always_inline)) void row_tile(
    ck_type type, size_t rows, const float *x, size_t x_stride, ck_matrix w, size_t outs, size_t k, float *y,
    size_t y_stride, int accumulate) {
    const uint8_t *base = w.base;
    size_t o = 0;
    for (; o + CK_TILE_OUTS <= outs; o += CK_TILE_OUTS)
        tile(
            type, rows, CK_TILE_OUTS, x, x_stride, base + o * w.stride, w.stride, k, y + o, y_stride,
            accumulate);
    for (; o < outs; o++)
        tile(type, rows, 1, x, x_stride, base + o * w.stride, w.stride, k, y + o, y_stride, accumulate);
}

static inline __attribute__((always_inline)) void all_rows(
    ck_type type, const float *x, size_t x_stride, size_t rows, ck_matrix w, size_t outs, size_t k, float *y,
    size_t y_stride, int accumulate) {
    size_t r = 0;
    for (; r + CK_TILE_ROWS <= rows; r += CK_TILE_ROWS)
        row_tile(
            type, CK_TILE_ROWS, x + r * x_stride, x_stride, w, outs, k, y + r * y_stride, y_stride,
            accumulate);
    const float *rest = x + r * x_stride;
    float *out = y + r * y_stride;
    switch (rows - r) {
#if CK_TILE_ROWS > 3
    case 3: row_tile(type, 3, rest, x_stride, w, outs, k, out, y_stride, accumulate); break;
#endif
#if CK_TILE_ROWS > 2
    case 2: row_tile(type, 2, rest, x_stride, w, outs, k, out, y_stride, accumulate); break;
#endif
    case 1: row_tile(type, 1, rest, x_stride, w, outs, k, out, y_stride, accumulate); break;
    default: break;
    }
}

void CK_NAME(matmul)(
    const float *x, size_t x_stride, size_t rows, ck_matrix w, size_t outs, size_t k, float *y,
    size_t y_stride, int accumulate) {
    switch (w.type) {
    case CK_F32: all_rows(CK_F32, x, x_stride, rows, w, outs, k, y, y_stride, accumulate); break;
    case CK_F16: all_rows(CK_F16, x, x_stride, rows, w, outs, k, y, y_stride, accumulate); break;
    case CK_BF16: all_rows(CK_BF16, x, x_stride, rows, w, outs, k, y, y_stride, accumulate); break;
    case CK_Q8_0: all_rows(CK_Q8_0, x, x_stride, rows, w, outs, k, y, y_stride, accumulate); break;
    }
}

#pragma clang attribute pop
