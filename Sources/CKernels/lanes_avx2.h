// Sixteen lanes in two AVX2 registers. Included by one C file per kernel, before the kernel's body.

#include <immintrin.h>

#include "exp_constants.h"
#include "kernel_tables.h"
#include "scalar.h"

#define CK_NAME(kernel) ck_##kernel##_avx2
// Six sums take twelve of the sixteen registers.
#define CK_TILE_ROWS 3
#define CK_TILE_OUTS 2
#define CK_TO_NEAREST (_MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)
#define CK_MIX_VECTORS 2
#define CK_MIX_ROWS 2

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

typedef struct {
    __m256 low, high;
} v16;

#define V16_PAIRWISE(operation, a, b) ((v16){operation((a).low, (b).low), operation((a).high, (b).high)})

static inline v16 v16_zero(void) { return (v16){_mm256_setzero_ps(), _mm256_setzero_ps()}; }
static inline v16 v16_set(float value) { return (v16){_mm256_set1_ps(value), _mm256_set1_ps(value)}; }
static inline v16 v16_load(const float *from) {
    return (v16){_mm256_loadu_ps(from), _mm256_loadu_ps(from + 8)};
}
static inline void v16_store(float *to, v16 a) {
    _mm256_storeu_ps(to, a.low);
    _mm256_storeu_ps(to + 8, a.high);
}
static inline v16 v16_add(v16 a, v16 b) { return V16_PAIRWISE(_mm256_add_ps, a, b); }
static inline v16 v16_sub(v16 a, v16 b) { return V16_PAIRWISE(_mm256_sub_ps, a, b); }
static inline v16 v16_mul(v16 a, v16 b) { return V16_PAIRWISE(_mm256_mul_ps, a, b); }
static inline v16 v16_div(v16 a, v16 b) { return V16_PAIRWISE(_mm256_div_ps, a, b); }
static inline v16 v16_fma(v16 a, v16 b, v16 c) {
    return (v16){_mm256_fmadd_ps(a.low, b.low, c.low), _mm256_fmadd_ps(a.high, b.high, c.high)};
}
static inline v16 v16_max(v16 a, v16 b) { return V16_PAIRWISE(_mm256_max_ps, a, b); }
static inline v16 v16_min(v16 a, v16 b) { return V16_PAIRWISE(_mm256_min_ps, a, b); }

static inline __m256 v8_power_of_two(__m256 sum) {
    const __m256i shifted = _mm256_slli_epi32(_mm256_castps_si256(sum), 23);
    return _mm256_castsi256_ps(_mm256_add_epi32(shifted, _mm256_set1_epi32(0x3f800000)));
}

// 2^n, where n sits in the low bits of `sum` = n + EXP_MAGIC.
static inline v16 v16_power_of_two(v16 sum) {
    return (v16){v8_power_of_two(sum.low), v8_power_of_two(sum.high)};
}

static inline __m256 v8_zero_below(__m256 a, __m256 x, float limit) {
    return _mm256_andnot_ps(_mm256_cmp_ps(x, _mm256_set1_ps(limit), _CMP_LT_OQ), a);
}

// `a`, but 0 where x < limit.
static inline v16 v16_zero_below(v16 a, v16 x, float limit) {
    return (v16){v8_zero_below(a.low, x.low, limit), v8_zero_below(a.high, x.high, limit)};
}

static inline v16 v16_swap_neighbours(v16 a) {
    return (v16){_mm256_permute_ps(a.low, 0xb1), _mm256_permute_ps(a.high, 0xb1)};
}

static inline __m128 v16_fold(v16 a) {
    const __m256 eight = _mm256_add_ps(a.low, a.high);
    return _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
}

static inline v16 v16_load_f16(const void *from) {
    const __m128i *halves = (const __m128i *)from;
    return (v16){_mm256_cvtph_ps(_mm_loadu_si128(halves)), _mm256_cvtph_ps(_mm_loadu_si128(halves + 1))};
}

static inline __m256 v8_load_bf16(const __m128i *from) {
    const __m256i wide = _mm256_cvtepu16_epi32(_mm_loadu_si128(from));
    return _mm256_castsi256_ps(_mm256_slli_epi32(wide, 16));
}

static inline v16 v16_load_bf16(const void *from) {
    const __m128i *halves = (const __m128i *)from;
    return (v16){v8_load_bf16(halves), v8_load_bf16(halves + 1)};
}

static inline v16 v16_load_i8(const void *from) {
    const __m128i bytes = _mm_loadu_si128((const __m128i *)from);
    return (v16){_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes)),
                 _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_srli_si128(bytes, 8)))};
}

static inline void v16_store_f16(void *to, v16 a) {
    _mm_storeu_si128((__m128i *)to, _mm256_cvtps_ph(a.low, CK_TO_NEAREST));
    _mm_storeu_si128((__m128i *)to + 1, _mm256_cvtps_ph(a.high, CK_TO_NEAREST));
}

// The binary16 number at `from` in every lane.
static inline v16 v16_set_half(const void *from) {
    const __m256 all = _mm256_cvtph_ps(_mm_set1_epi16((short)load_half(from, 0)));
    return (v16){all, all};
}

#include "lanes_x86.h"
