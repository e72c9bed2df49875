#include "kernel_tables.h"

static const ck_kernels scalar_kernels = CK_TABLE(CK_SCALAR, scalar);

#if defined(__x86_64__)
static const ck_kernels avx2_kernels = CK_TABLE(CK_AVX2, avx2);
static const ck_kernels avx512_kernels = CK_TABLE(CK_AVX512, avx512);

static int has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
}

static int has_avx512(void) {
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

const ck_kernels *ck_kernels_for(ck_isa isa) {
    switch (isa) {
    case CK_SCALAR: return &scalar_kernels;
    case CK_AVX2: return has_avx2() ? &avx2_kernels : NULL;
    case CK_AVX512: return has_avx512() ? &avx512_kernels : NULL;
    case CK_NEON: return NULL;
    }
    return NULL;
}

const ck_kernels *ck_kernels_best(void) {
    return has_avx512() ? &avx512_kernels : has_avx2() ? &avx2_kernels : &scalar_kernels;
}
#elif defined(__aarch64__)
static const ck_kernels neon_kernels = CK_TABLE(CK_NEON, neon);

const ck_kernels *ck_kernels_for(ck_isa isa) {
    return isa == CK_NEON ? &neon_kernels : isa == CK_SCALAR ? &scalar_kernels : NULL;
}

const ck_kernels *ck_kernels_best(void) { return &neon_kernels; }
#else
const ck_kernels *ck_kernels_for(ck_isa isa) { return isa == CK_SCALAR ? &scalar_kernels : NULL; }

const ck_kernels *ck_kernels_best(void) { return &scalar_kernels; }
#endif
