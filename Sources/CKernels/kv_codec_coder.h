#ifndef KV_CODEC_CODER_H
#define KV_CODEC_CODER_H

// Plain C parts of the KV codecs: the scalar twin, and the odd ends of the vector kernels.

#include "kv_codec_tables.h"
#include "scalar.h"

// Adding 1.5 · 2^23 rounds to an integer, nearest even, which the sum's low bits then hold.
#define KV_ROUND 12582912.0f
// Quantized values are limited to this before they are rounded: larger than any that is written.
#define KV_BOUND 40000.0f

// `value` rounded to an integer; at most KV_BOUND in magnitude.
static inline int32_t kv_quantized(float value) {
    const float bounded = value < -KV_BOUND ? -KV_BOUND : value > KV_BOUND ? KV_BOUND : value;
    return (int32_t)(float_bits(bounded + KV_ROUND) - 0x4b400000u);
}

static inline float kv_limited(float value, float limit) {
    return value < -limit ? -limit : value > limit ? limit : value;
}

// Writes one value to the state `*state`; 0 when the memory is full.
static inline int kv_put(
    ck_kv_encoder *encoder, uint32_t *state, const ck_kv_symbol *symbols, int32_t value) {
    const int32_t symbol = value + CK_KV_ZERO_SYMBOL;
    const ck_kv_symbol *entry = &symbols[symbol > 0 && symbol < CK_KV_SYMBOLS ? symbol : 0];
    if (entry->frequency == 0 || entry == symbols) {
        if (encoder->escapes == encoder->first_escape) return 0;
        entry = symbols;
        encoder->escapes -= 2;
        store_half(encoder->escapes, 0, (uint16_t)value);
    }
    uint32_t x = *state;
    if (x >= (uint32_t)entry->frequency << 20) {
        if (encoder->words == encoder->first_word) return 0;
        encoder->words -= 2;
        store_half(encoder->words, 0, (uint16_t)x);
        x >>= 16;
    }
    const uint32_t quotient = (uint32_t)((uint64_t)x * entry->reciprocal >> 44);
    *state = (quotient << CK_KV_PRECISION) + (x - quotient * entry->frequency) + entry->start;
    return 1;
}

// Reads the symbol of one state; −1 when the words run out.
static inline int kv_get(ck_kv_decoder *decoder, uint32_t *state, const uint32_t *table) {
    const uint32_t entry = table[*state & ((1 << CK_KV_PRECISION) - 1)];
    uint32_t x = (entry >> 8 & 4095) * (*state >> CK_KV_PRECISION) + (entry >> 20);
    if (x < CK_KV_FIRST_STATE) {
        if (decoder->words == decoder->words_end) return -1;
        x = x << 16 | load_half(decoder->words, 0);
        decoder->words += 2;
    }
    *state = x;
    return (int)(entry & 255);
}

// Replaces the element whose symbol was the escape; 0 when the escapes run out.
static inline int kv_get_escape(
    ck_kv_decoder *decoder, float prediction, float step, float limit, float *element) {
    if (decoder->escapes == decoder->escapes_end) return 0;
    const float value = (float)(int16_t)load_half(decoder->escapes, 0);
    decoder->escapes += 2;
    *element = kv_limited(prediction + value * step, limit);
    return 1;
}

// Decodes up to 32 elements of a row, the first of which belongs to state 0.
static inline int kv_get_batch(
    ck_kv_decoder *decoder, const uint32_t *table, const uint32_t *classes, const float *prediction,
    float step, size_t count, float limit, float *x) {
    for (size_t lane = 0; lane < count; lane++) {
        const int symbol =
            kv_get(decoder, &decoder->states[lane], table + (classes[lane] << CK_KV_PRECISION));
        if (symbol < 0) return 0;
        const float value = (float)(symbol - CK_KV_ZERO_SYMBOL);
        x[lane] = kv_limited(prediction[lane] + value * step, limit);
        if (symbol == 0 && !kv_get_escape(decoder, prediction[lane], step, limit, x + lane)) return 0;
    }
    return 1;
}

#endif
