// Sixteen lanes in four NEON registers. Included by one C file per kernel, before the kernel's body.

#include <arm_neon.h>

#include "exp_constants.h"
#include "kernel_tables.h"
#include "scalar.h"

#define CK_NAME(kernel) ck_##kernel##_neon
// Four sums take sixteen of the thirty-two registers.
#define CK_TILE_ROWS 2
#define CK_TILE_OUTS 2
#define CK_MIX_VECTORS 2
#define CK_MIX_ROWS 2

// Balances the pop that ends every body; NEON is always there.
#pragma clang attribute push(__attribute__((target("neon"))), apply_to = function)

typedef struct {
    float32x4_t part[4];
} v16;

#define V16_EACH(expression)         \
    v16 result;                      \
    for (int q = 0; q < 4; q++) {    \
        result.part[q] = expression; \
    }                                \
    return result

static inline v16 v16_set(float value) { V16_EACH(vdupq_n_f32(value)); }
static inline v16 v16_zero(void) { return v16_set(0); }
static inline v16 v16_load(const float *from) { V16_EACH(vld1q_f32(from + 4 * q)); }
static inline void v16_store(float *to, v16 a) {
    for (int q = 0; q < 4; q++) vst1q_f32(to + 4 * q, a.part[q]);
}
static inline v16 v16_add(v16 a, v16 b) { V16_EACH(vaddq_f32(a.part[q], b.part[q])); }
static inline v16 v16_sub(v16 a, v16 b) { V16_EACH(vsubq_f32(a.part[q], b.part[q])); }
static inline v16 v16_mul(v16 a, v16 b) { V16_EACH(vmulq_f32(a.part[q], b.part[q])); }
static inline v16 v16_div(v16 a, v16 b) { V16_EACH(vdivq_f32(a.part[q], b.part[q])); }
static inline v16 v16_fma(v16 a, v16 b, v16 c) { V16_EACH(vfmaq_f32(c.part[q], a.part[q], b.part[q])); }

// The second operand where the comparison fails, NaN included, as on x86.
static inline v16 v16_max(v16 a, v16 b) {
    V16_EACH(vbslq_f32(vcgtq_f32(a.part[q], b.part[q]), a.part[q], b.part[q]));
}
static inline v16 v16_min(v16 a, v16 b) {
    V16_EACH(vbslq_f32(vcltq_f32(a.part[q], b.part[q]), a.part[q], b.part[q]));
}

// 2^n, where n sits in the low bits of `sum` = n + EXP_MAGIC.
static inline v16 v16_power_of_two(v16 sum) {
    V16_EACH(vreinterpretq_f32_u32(
        vaddq_u32(vshlq_n_u32(vreinterpretq_u32_f32(sum.part[q]), 23), vdupq_n_u32(0x3f800000))));
}

// `a`, but 0 where x < limit.
static inline v16 v16_zero_below(v16 a, v16 x, float limit) {
    V16_EACH(vbslq_f32(vcltq_f32(x.part[q], vdupq_n_f32(limit)), vdupq_n_f32(0), a.part[q]));
}

static inline v16 v16_swap_neighbours(v16 a) { V16_EACH(vrev64q_f32(a.part[q])); }

static inline v16 v16_load_f16(const void *from) {
    const uint16_t *halves = from;
    V16_EACH(vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(halves + 4 * q))));
}

static inline v16 v16_load_bf16(const void *from) {
    const uint16_t *halves = from;
    V16_EACH(vreinterpretq_f32_u32(vshll_n_u16(vld1_u16(halves + 4 * q), 16)));
}

static inline v16 v16_load_i8(const void *from) {
    const int8x16_t bytes = vld1q_s8(from);
    const int16x8_t low = vmovl_s8(vget_low_s8(bytes)), high = vmovl_s8(vget_high_s8(bytes));
    return (v16){{
        vcvtq_f32_s32(vmovl_s16(vget_low_s16(low))), vcvtq_f32_s32(vmovl_s16(vget_high_s16(low))),
        vcvtq_f32_s32(vmovl_s16(vget_low_s16(high))), vcvtq_f32_s32(vmovl_s16(vget_high_s16(high))),
    }};
}

static inline void v16_store_f16(void *to, v16 a) {
    for (int q = 0; q < 4; q++)
        vst1_u16((uint16_t *)to + 4 * q, vreinterpret_u16_f16(vcvt_f16_f32(a.part[q])));
}

// The binary16 number at `from` in every lane.
static inline v16 v16_set_half(const void *from) { return v16_set(f16_to_float(load_half(from, 0))); }

static inline float v16_sum(v16 a) {
    const float32x4_t low = vaddq_f32(a.part[0], a.part[2]), high = vaddq_f32(a.part[1], a.part[3]);
    const float32x4_t four = vaddq_f32(low, high);
    const float32x2_t two = vadd_f32(vget_low_f32(four), vget_high_f32(four));
    return vget_lane_f32(two, 0) + vget_lane_f32(two, 1);
}

static inline void v16_sum4(v16 a, v16 b, v16 c, v16 d, float *sums) {
    sums[0] = v16_sum(a), sums[1] = v16_sum(b), sums[2] = v16_sum(c), sums[3] = v16_sum(d);
}

#include "lanes_common.h"
