#include "kv_codec_coder.h"

static const ck_kv_kernels scalar_kernels = CK_KV_TABLE(CK_SCALAR, scalar);

#if defined(__x86_64__)
static const ck_kv_kernels avx2_kernels = CK_KV_TABLE(CK_AVX2, avx2);
static const ck_kv_kernels avx512_kernels = CK_KV_TABLE(CK_AVX512, avx512);
#endif

// Beside what the engine's kernels of the same instruction set need, the AVX2 ones need BMI2.
const ck_kv_kernels *ck_kv_kernels_for(ck_isa isa) {
    if (ck_kernels_for(isa) == NULL) return NULL;
    switch (isa) {
    case CK_SCALAR: return &scalar_kernels;
#if defined(__x86_64__)
    case CK_AVX2: return __builtin_cpu_supports("bmi2") ? &avx2_kernels : NULL;
    case CK_AVX512: return &avx512_kernels;
#endif
    // The scalar loops become NEON where NEON is always there.
    default: return &scalar_kernels;
    }
}

int ck_kv_is_finite(ck_type type, const void *from, size_t n) {
    uint32_t largest = 0;
    if (type == CK_F32) {
        for (size_t i = 0; i < n; i++) {
            uint32_t bits;
            memcpy(&bits, (const uint8_t *)from + 4 * i, sizeof bits);
            bits &= 0x7fffffff;
            largest = bits > largest ? bits : largest;
        }
        return largest < 0x7f800000;
    }
    uint16_t half = 0;
    for (size_t i = 0; i < n; i++) {
        const uint16_t bits = load_half(from, i) & 0x7fff;
        half = bits > half ? bits : half;
    }
    return half < (type == CK_F16 ? 0x7c00 : 0x7f80);
}
