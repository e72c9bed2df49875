#include "exp_constants.h"
#include "kernel_tables.h"
#include "scalar.h"

float ck_exp(float x) {
    if (x < EXP_LOW) return 0;
    const float clamped = EXP_HIGH < x ? EXP_HIGH : x;
    const float sum = fmaf(clamped, EXP_LOG2E, EXP_MAGIC);
    const float n = sum - EXP_MAGIC;
    const float r = fmaf(-n, EXP_LN2_LOW, fmaf(-n, EXP_LN2_HIGH, clamped));
    float p = EXP_P0;
    p = fmaf(p, r, EXP_P1);
    p = fmaf(p, r, EXP_P2);
    p = fmaf(p, r, EXP_P3);
    p = fmaf(p, r, EXP_P4);
    p = fmaf(p, r, EXP_P5);
    p = fmaf(p, r * r, r) + 1.0f;
    return p * bits_float((float_bits(sum) << 23) + 0x3f800000);
}

void ck_widen_scalar(ck_type type, const void *from, float *to, size_t n) {
    for (size_t i = 0; i < n; i++) to[i] = stored_element(type, from, i);
}

void ck_narrow_scalar(ck_type type, const float *from, void *to, size_t n) {
    if (type == CK_F32) memcpy(to, from, n * sizeof *from);
    for (size_t i = 0; i < n && type != CK_F32; i++)
        store_half(to, i, type == CK_F16 ? float_to_f16(from[i]) : float_to_bf16(from[i]));
}

void ck_rms_norm_scalar(const float *x, const float *gain, float epsilon, float *y, size_t n) {
    float lanes[CK_LANES] = {0};
    for (size_t i = 0; i < n; i++) lanes[i % CK_LANES] = fmaf(x[i], x[i], lanes[i % CK_LANES]);
    const float scale = 1.0f / sqrtf(lanes_sum(lanes) / (float)n + epsilon);
    for (size_t i = 0; i < n; i++) y[i] = x[i] * scale * gain[i];
}

void ck_rope_scalar(float *x, const float *cosine, const float *sine, size_t n) {
    for (size_t i = 0; i < n; i += 2) {
        const float first = x[i], second = x[i + 1];
        x[i] = fmaf(second, sine[i], first * cosine[i]);
        x[i + 1] = fmaf(first, sine[i + 1], second * cosine[i + 1]);
    }
}

void ck_silu_scalar(float *gate, const float *up, size_t n) {
    for (size_t i = 0; i < n; i++) gate[i] = gate[i] / (1.0f + ck_exp(-gate[i])) * up[i];
}

void ck_exp_scalar(const float *in, float shift, float *out, size_t n) {
    for (size_t i = 0; i < n; i++) out[i] = ck_exp(in[i] - shift);
}
