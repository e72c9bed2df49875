#ifndef KV_CODEC_TABLES_H
#define KV_CODEC_TABLES_H

#include "CKernels.h"

// Declares the codec kernels of one instruction set.
#define CK_KV_DECLARE(isa)                                                                                  \
    int ck_kv_pack_##isa(const float *, size_t, size_t, uint8_t *, uint8_t *);                              \
    int ck_kv_unpack_##isa(const uint8_t *, const uint8_t *, size_t, size_t, float, float *);               \
    void ck_kv_magnitudes_##isa(const float *, size_t, size_t, float *);                                    \
    uint32_t ck_kv_measure_##isa(const float *, const float *, float, size_t, uint32_t *, uint32_t *);      \
    int ck_kv_encode_##isa(                                                                                 \
        ck_kv_encoder *, const ck_kv_tables *, const uint32_t *, const float *, const float *,              \
        const float *, size_t, size_t);                                                                     \
    int ck_kv_decode_##isa(                                                                                 \
        ck_kv_decoder *, const ck_kv_tables *, const uint32_t *, const float *, const float *, size_t,      \
        size_t, float, float *);

#define CK_KV_TABLE(name, isa)                                                                              \
    {                                                                                                       \
        name, ck_kv_pack_##isa, ck_kv_unpack_##isa, ck_kv_magnitudes_##isa, ck_kv_measure_##isa,            \
            ck_kv_encode_##isa, ck_kv_decode_##isa                                                          \
    }

CK_KV_DECLARE(scalar)
CK_KV_DECLARE(avx2)
CK_KV_DECLARE(avx512)

#endif
