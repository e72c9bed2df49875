// Sixteen lanes in one AVX-512 register. Included by one C file per kernel, before the kernel's body.

#include <immintrin.h>

#include "exp_constants.h"
#include "kernel_tables.h"
#include "scalar.h"

#define CK_NAME(kernel) ck_##kernel##_avx512
// Register tile of the matrix product: 24 sums, one row of x, up to seven weights in flight.
#define CK_TILE_ROWS 4
#define CK_TILE_OUTS 6
// Vectors of a row of values that one pass of the mix keeps in registers, and rows that share them.
#define CK_MIX_VECTORS 4
#define CK_MIX_ROWS 4

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c"))), \
                             apply_to = function)

typedef __m512 v16;

static inline v16 v16_zero(void) { return _mm512_setzero_ps(); }
static inline v16 v16_set(float value) { return _mm512_set1_ps(value); }
static inline v16 v16_load(const float *from) { return _mm512_loadu_ps(from); }
static inline void v16_store(float *to, v16 a) { _mm512_storeu_ps(to, a); }
static inline v16 v16_add(v16 a, v16 b) { return _mm512_add_ps(a, b); }
static inline v16 v16_sub(v16 a, v16 b) { return _mm512_sub_ps(a, b); }
static inline v16 v16_mul(v16 a, v16 b) { return _mm512_mul_ps(a, b); }
static inline v16 v16_div(v16 a, v16 b) { return _mm512_div_ps(a, b); }
static inline v16 v16_fma(v16 a, v16 b, v16 c) { return _mm512_fmadd_ps(a, b, c); }
static inline v16 v16_max(v16 a, v16 b) { return _mm512_max_ps(a, b); }
static inline v16 v16_min(v16 a, v16 b) { return _mm512_min_ps(a, b); }

// 2^n, where n sits in the low bits of `sum` = n + EXP_MAGIC.
static inline v16 v16_power_of_two(v16 sum) {
    const __m512i shifted = _mm512_slli_epi32(_mm512_castps_si512(sum), 23);
    return _mm512_castsi512_ps(_mm512_add_epi32(shifted, _mm512_set1_epi32(0x3f800000)));
}

// `a`, but 0 where x < limit.
static inline v16 v16_zero_below(v16 a, v16 x, float limit) {
    const __mmask16 below = _mm512_cmp_ps_mask(x, v16_set(limit), _CMP_LT_OQ);
    return _mm512_mask_mov_ps(a, below, v16_zero());
}

static inline v16 v16_swap_neighbours(v16 a) { return _mm512_permute_ps(a, 0xb1); }

static inline __m128 v16_fold(v16 a) {
    const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(a), _mm512_extractf32x8_ps(a, 1));
    return _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
}

static inline v16 v16_load_f16(const void *from) {
    return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)from));
}

static inline v16 v16_load_bf16(const void *from) {
    const __m512i wide = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)from));
    return _mm512_castsi512_ps(_mm512_slli_epi32(wide, 16));
}

static inline v16 v16_load_i8(const void *from) {
    return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)from)));
}

static inline void v16_store_f16(void *to, v16 a) {
    _mm256_storeu_si256((__m256i *)to, _mm512_cvtps_ph(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
}

// The binary16 number at `from` in every lane.
static inline v16 v16_set_half(const void *from) {
    return _mm512_cvtph_ps(_mm256_set1_epi16((short)load_half(from, 0)));
}

#include "lanes_x86.h"
