#ifndef KERNEL_TABLES_H
#define KERNEL_TABLES_H

#include "CKernels.h"

// Declares the kernels of one instruction set.
#define CK_DECLARE(isa)                                                                                     \
    void ck_matmul_##isa(const float *, size_t, size_t, ck_matrix, size_t, size_t, float *, size_t, int);   \
    void ck_widen_##isa(ck_type, const void *, float *, size_t);                                            \
    void ck_narrow_##isa(ck_type, const float *, void *, size_t);                                           \
    void ck_rms_norm_##isa(const float *, const float *, float, float *, size_t);                           \
    void ck_rope_##isa(float *, const float *, const float *, size_t);                                      \
    void ck_silu_##isa(float *, const float *, size_t);                                                     \
    float ck_softmax_##isa(float *, size_t, float, float *);                                                \
    void ck_mix_##isa(const float *, size_t, const size_t *, size_t, const float *, size_t, float *);       \
    void ck_blend_##isa(float *, float, const float *, float, size_t);                                      \
    void ck_exp_##isa(const float *, float, float *, size_t);

#define CK_TABLE(name, isa)                                                                                 \
    {                                                                                                       \
        name, ck_matmul_##isa, ck_widen_##isa, ck_narrow_##isa, ck_rms_norm_##isa, ck_rope_##isa,           \
            ck_silu_##isa, ck_softmax_##isa, ck_mix_##isa, ck_blend_##isa, ck_exp_##isa                     \
    }

CK_DECLARE(scalar)
CK_DECLARE(avx2)
CK_DECLARE(avx512)
CK_DECLARE(neon)

#endif
