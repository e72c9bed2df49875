#ifndef SCALAR_H
#define SCALAR_H

// The scalar twin's building blocks, also used for odd ends by the vector kernels: plain C, no
// instruction set.

#include <math.h>
#include <string.h>

#include "CKernels.h"

#define CK_LANES 16

static inline uint32_t float_bits(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline float bits_float(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline float bf16_to_float(uint16_t half) { return bits_float((uint32_t)half << 16); }

static inline float f16_to_float(uint16_t half) {
    const uint32_t sign = (uint32_t)(half & 0x8000) << 16;
    const uint32_t exponent = half >> 10 & 31;
    const uint32_t fraction = half & 1023;
    if (exponent == 31) return bits_float(sign | 0x7f800000 | fraction << 13 | (fraction ? 0x400000 : 0));
    if (exponent != 0) return bits_float(sign | (exponent + 112) << 23 | fraction << 13);
    const float magnitude = (float)fraction * 0x1p-24f;
    return bits_float(sign | float_bits(magnitude));
}

static inline uint16_t float_to_bf16(float value) {
    const uint32_t bits = float_bits(value);
    if ((bits & 0x7fffffff) > 0x7f800000) return (uint16_t)(bits >> 16 | 64);
    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

static inline uint16_t float_to_f16(float value) {
    const uint32_t bits = float_bits(value);
    const uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
    const uint32_t magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) return (uint16_t)(sign | 0x7e00 | (magnitude >> 13 & 0x3ff));
    if (magnitude >= 0x477ff000) return sign | 0x7c00;  // 65520 and above round to infinity.
    if (magnitude < 0x38800000) {                       // Subnormal: a multiple of 2^-24.
        // Adding 0.5 leaves one unit of 2^-24 as the last bit of the sum, rounded to nearest even.
        const float shifted = bits_float(magnitude) + 0.5f;
        return (uint16_t)(sign | (float_bits(shifted) - 0x3f000000));
    }
    const uint32_t rounded = magnitude + 0xfff + (magnitude >> 13 & 1);
    return (uint16_t)(sign | (rounded - 0x38000000) >> 13);
}

static inline uint16_t load_half(const void *from, size_t index) {
    uint16_t half;
    memcpy(&half, (const uint8_t *)from + 2 * index, sizeof half);
    return half;
}

static inline void store_half(void *to, size_t index, uint16_t half) {
    memcpy((uint8_t *)to + 2 * index, &half, sizeof half);
}

#define Q8_BLOCK 32
#define Q8_BLOCK_BYTES 34

// Element `index` of a row of stored elements.
static inline float stored_element(ck_type type, const void *row, size_t index) {
    switch (type) {
    case CK_F32: {
        float value;
        memcpy(&value, (const uint8_t *)row + 4 * index, sizeof value);
        return value;
    }
    case CK_F16: return f16_to_float(load_half(row, index));
    case CK_BF16: return bf16_to_float(load_half(row, index));
    case CK_Q8_0: {
        const uint8_t *block = (const uint8_t *)row + index / Q8_BLOCK * Q8_BLOCK_BYTES;
        return f16_to_float(load_half(block, 0)) * (float)(int8_t)block[2 + index % Q8_BLOCK];
    }
    }
    return 0;
}

// Adds 16 lanes in the canonical order.
static inline float lanes_sum(const float *lanes) {
    float sums[8];
    for (int j = 0; j < 8; j++) sums[j] = lanes[j] + lanes[j + 8];
    for (int width = 4; width > 0; width /= 2)
        for (int j = 0; j < width; j++) sums[j] = sums[j] + sums[j + width];
    return sums[0];
}

#endif
