#ifndef CKERNELS_H
#define CKERNELS_H

// Kernels of the CPU engine. All instruction sets yield equal bits: one numerics class, "f32-fma16".
//
// - Every dot product and every sum over a row runs in 16 lanes: lane j takes elements j, j + 16, … in
//   order, by fused multiply-add. The lanes are then added j with j + 8, j + 4, j + 2, j + 1.
// - Everything else is element by element, with one rounding per operation written down here.
// - exp is our own; division and square root are IEEE 754's.
// Row lengths (`k`, `n`, `dim`) are multiples of 16 unless said otherwise. Buffers need no alignment.

#include <stddef.h>
#include <stdint.h>

// How elements are stored: weights in a model file, or keys and values in the KV cache.
typedef enum {
    CK_F32 = 0,
    CK_F16 = 1,
    CK_BF16 = 2,
    // Blocks of 32: a binary16 scale, then 32 signed bytes; `k` is a multiple of 32.
    CK_Q8_0 = 3,
} ck_type;

typedef enum { CK_SCALAR = 0, CK_AVX2 = 1, CK_AVX512 = 2, CK_NEON = 3 } ck_isa;

typedef struct {
    // Weights: `outs` rows of `k` elements, `stride` bytes apart.
    const void *_Nonnull base;
    size_t stride;
    ck_type type;
} ck_matrix;

// y[r * y_stride + o] (+)= dot(x + r * x_stride, w row o); adds to y when `accumulate` is not 0.
typedef void (*_Nonnull ck_matmul_fn)(
    const float *_Nonnull x, size_t x_stride, size_t rows, ck_matrix w, size_t outs, size_t k,
    float *_Nonnull y, size_t y_stride, int accumulate);

// Widens `n` stored elements to f32; exact for every type.
typedef void (*_Nonnull ck_widen_fn)(ck_type type, const void *_Nonnull from, float *_Nonnull to, size_t n);

// Rounds `n` elements to f32, f16 or bf16, to nearest even.
typedef void (*_Nonnull ck_narrow_fn)(ck_type type, const float *_Nonnull from, void *_Nonnull to, size_t n);

// y = x / sqrt(mean(x²) + epsilon) · gain
typedef void (*_Nonnull ck_rms_norm_fn)(
    const float *_Nonnull x, const float *_Nonnull gain, float epsilon, float *_Nonnull y, size_t n);

// Rotates neighbouring pairs: x[2i] ← x[2i]·c − x[2i+1]·s, x[2i+1] ← x[2i+1]·c + x[2i]·s.
// `cosine` repeats each value twice; `sine` holds −s, s.
typedef void (*_Nonnull ck_rope_fn)(
    float *_Nonnull x, const float *_Nonnull cosine, const float *_Nonnull sine, size_t n);

// gate ← gate / (1 + exp(−gate)) · up
typedef void (*_Nonnull ck_silu_fn)(float *_Nonnull gate, const float *_Nonnull up, size_t n);

// Scales `n` scores (any count ≥ 1, in a buffer with room for the next multiple of 16), subtracts their
// maximum and takes exp; stores the maximum and returns the sum.
typedef float (*_Nonnull ck_softmax_fn)(
    float *_Nonnull scores, size_t n, float scale, float *_Nonnull maximum);

// out[r] = Σ_j weights[r][j] · values[j] for j < counts[r], j ascending. Values are f32, `dim` apart.
typedef void (*_Nonnull ck_mix_fn)(
    const float *_Nonnull weights, size_t weights_stride, const size_t *_Nonnull counts, size_t rows,
    const float *_Nonnull values, size_t dim, float *_Nonnull out);

// into = into · a + part · b, the second product rounded first.
typedef void (*_Nonnull ck_blend_fn)(
    float *_Nonnull into, float a, const float *_Nonnull part, float b, size_t n);

// out[i] = exp(in[i] − shift) for any `n`.
typedef void (*_Nonnull ck_exp_fn)(const float *_Nonnull in, float shift, float *_Nonnull out, size_t n);

// The kernels of one instruction set.
typedef struct {
    ck_isa isa;
    ck_matmul_fn matmul;
    ck_widen_fn widen;
    ck_narrow_fn narrow;
    ck_rms_norm_fn rms_norm;
    ck_rope_fn rope;
    ck_silu_fn silu;
    ck_softmax_fn softmax;
    ck_mix_fn mix;
    ck_blend_fn blend;
    ck_exp_fn exp;
} ck_kernels;

// The kernels of `isa`, or NULL where this machine cannot run them. The scalar ones run everywhere.
const ck_kernels *_Nullable ck_kernels_for(ck_isa isa);

// The fastest kernels that this machine can run.
const ck_kernels *_Nonnull ck_kernels_best(void);

// exp(x) as every kernel computes it; 0 below −87.3, saturates above 88.
float ck_exp(float x);

// Double-precision functions that do not depend on the C library; within a few units in the last place.
double ck_log(double x);          // x > 0 and normal
double ck_exp_double(double x);   // |x| < 700
void ck_sine_cosine(double x, double *_Nonnull sine, double *_Nonnull cosine);  // |x| < 2^27

// Writes `count` tokens of one layer of one block with the paced engine's pattern: each of `pieces` pieces
// (`block_tokens` × `piece_bytes` bytes; `piece_bytes` a multiple of 16) gets states[2i], states[2i + 1]
// under the piece's tag, repeated, from token `slot` on.
void ck_paced_write(
    void *_Nonnull segment, size_t pieces, size_t block_tokens, size_t piece_bytes, size_t slot, size_t count,
    const uint64_t *_Nonnull states, uint64_t layer);

// Tells apart the pieces of a token: different for every layer and piece.
uint64_t ck_paced_tag(uint64_t layer, uint64_t piece);

#include "kv_codec.h"

#endif
