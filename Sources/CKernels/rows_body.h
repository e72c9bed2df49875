// What happens to one row at a time: number formats, RMS normalization, RoPE, SwiGLU, exp.

void CK_NAME(widen)(ck_type type, const void *from, float *to, size_t n) {
    switch (type) {
    case CK_F32: memcpy(to, from, n * sizeof *to); break;
    case CK_F16:
        for (size_t i = 0; i < n; i += CK_LANES) v16_store(to + i, v16_load_stored(CK_F16, from, i));
        break;
    case CK_BF16:
        for (size_t i = 0; i < n; i += CK_LANES) v16_store(to + i, v16_load_stored(CK_BF16, from, i));
        break;
    case CK_Q8_0:
        for (size_t i = 0; i < n; i += CK_LANES) v16_store(to + i, v16_load_stored(CK_Q8_0, from, i));
        break;
    }
}

void CK_NAME(narrow)(ck_type type, const float *from, void *to, size_t n) {
    if (type == CK_F16) {
        for (size_t i = 0; i < n; i += CK_LANES) v16_store_f16((uint8_t *)to + 2 * i, v16_load(from + i));
    } else {
        ck_narrow_scalar(type, from, to, n);
    }
}

void CK_NAME(rms_norm)(const float *x, const float *gain, float epsilon, float *y, size_t n) {
    v16 squares = v16_zero();
    for (size_t i = 0; i < n; i += CK_LANES) {
        const v16 value = v16_load(x + i);
        squares = v16_fma(value, value, squares);
    }
    const v16 scale = v16_set(1.0f / sqrtf(v16_sum(squares) / (float)n + epsilon));
    for (size_t i = 0; i < n; i += CK_LANES)
        v16_store(y + i, v16_mul(v16_mul(v16_load(x + i), scale), v16_load(gain + i)));
}

void CK_NAME(rope)(float *x, const float *cosine, const float *sine, size_t n) {
    for (size_t i = 0; i < n; i += CK_LANES) {
        const v16 value = v16_load(x + i);
        const v16 kept = v16_mul(value, v16_load(cosine + i));
        v16_store(x + i, v16_fma(v16_swap_neighbours(value), v16_load(sine + i), kept));
    }
}

void CK_NAME(silu)(float *gate, const float *up, size_t n) {
    for (size_t i = 0; i < n; i += CK_LANES) {
        const v16 value = v16_load(gate + i);
        const v16 sigmoid = v16_add(v16_set(1), v16_exp(v16_sub(v16_zero(), value)));
        v16_store(gate + i, v16_mul(v16_div(value, sigmoid), v16_load(up + i)));
    }
}

void CK_NAME(exp)(const float *in, float shift, float *out, size_t n) {
    size_t i = 0;
    for (; i + CK_LANES <= n; i += CK_LANES)
        v16_store(out + i, v16_exp(v16_sub(v16_load(in + i), v16_set(shift))));
    for (; i < n; i++) out[i] = ck_exp(in[i] - shift);
}

#pragma clang attribute pop
