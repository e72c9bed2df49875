// What follows from the lane type's primitives; included last by each lane type.

static inline v16 v16_exp(v16 x) {
    const v16 clamped = v16_min(v16_set(EXP_HIGH), x);
    const v16 sum = v16_fma(clamped, v16_set(EXP_LOG2E), v16_set(EXP_MAGIC));
    const v16 n = v16_sub(v16_set(0), v16_sub(sum, v16_set(EXP_MAGIC)));
    const v16 r = v16_fma(n, v16_set(EXP_LN2_LOW), v16_fma(n, v16_set(EXP_LN2_HIGH), clamped));
    v16 p = v16_set(EXP_P0);
    p = v16_fma(p, r, v16_set(EXP_P1));
    p = v16_fma(p, r, v16_set(EXP_P2));
    p = v16_fma(p, r, v16_set(EXP_P3));
    p = v16_fma(p, r, v16_set(EXP_P4));
    p = v16_fma(p, r, v16_set(EXP_P5));
    p = v16_add(v16_fma(p, v16_mul(r, r), r), v16_set(1));
    return v16_zero_below(v16_mul(p, v16_power_of_two(sum)), x, EXP_LOW);
}

// Sixteen stored elements from element `index` of a row on; `index` is a multiple of 16.
static inline __attribute__((always_inline)) v16 v16_load_stored(
    ck_type type, const uint8_t *row, size_t index) {
    switch (type) {
    case CK_F32: return v16_load((const float *)(const void *)(row + 4 * index));
    case CK_F16: return v16_load_f16(row + 2 * index);
    case CK_BF16: return v16_load_bf16(row + 2 * index);
    case CK_Q8_0: {
        const uint8_t *block = row + index / Q8_BLOCK * Q8_BLOCK_BYTES;
        return v16_mul(v16_set_half(block), v16_load_i8(block + 2 + index % Q8_BLOCK));
    }
    }
    return v16_zero();
}
