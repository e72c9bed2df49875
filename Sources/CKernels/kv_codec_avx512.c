#if defined(__x86_64__)
#include <immintrin.h>

#include "kv_codec_coder.h"

#define KV_NAME(kernel) ck_kv_##kernel##_avx512
#define KV_HAS_ENCODE
#define KV_HAS_DECODE

#pragma clang attribute push(                                                                               \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c,popcnt"))), apply_to = function)

#include "kv_codec_body.h"

// x / frequency, rounded down: exact, because 2^−12 is far above the rounding of a double below 2^20.
static inline __m512i divided(__m512i x, __m512i frequency) {
    const __m512d low =
        _mm512_div_pd(_mm512_cvtepu32_pd(_mm512_castsi512_si256(x)),
                      _mm512_cvtepu32_pd(_mm512_castsi512_si256(frequency)));
    const __m512d high =
        _mm512_div_pd(_mm512_cvtepu32_pd(_mm512_extracti64x4_epi64(x, 1)),
                      _mm512_cvtepu32_pd(_mm512_extracti64x4_epi64(frequency, 1)));
    const __m512i first = _mm512_castsi256_si512(_mm512_cvttpd_epu32(low));
    return _mm512_inserti64x4(first, _mm512_cvttpd_epu32(high), 1);
}

// Encodes a value of each live lane of sixteen states; 0 when the escapes' memory is full. The words' memory
// must have room for 16.
static inline __attribute__((always_inline)) int encode16(
    ck_kv_encoder *encoder, const ck_kv_tables *tables, __m512i *states, const uint32_t *classes,
    const float *from, const float *prediction, __m512 inverse_step, __mmask16 live) {
    const __m512 difference =
        _mm512_sub_ps(_mm512_maskz_loadu_ps(live, from), _mm512_maskz_loadu_ps(live, prediction));
    const __m512 scaled = _mm512_mul_ps(difference, inverse_step);
    const __m512 bounded =
        _mm512_min_ps(_mm512_max_ps(scaled, _mm512_set1_ps(-KV_BOUND)), _mm512_set1_ps(KV_BOUND));
    const __m512i rounded = _mm512_castps_si512(_mm512_add_ps(bounded, _mm512_set1_ps(KV_ROUND)));
    const __m512i values = _mm512_sub_epi32(rounded, _mm512_set1_epi32(0x4b400000));
    const __m512i shifted = _mm512_add_epi32(values, _mm512_set1_epi32(CK_KV_ZERO_SYMBOL));
    const __mmask16 fits = _mm512_cmplt_epu32_mask(shifted, _mm512_set1_epi32(CK_KV_SYMBOLS));
    const __m512i symbols = _mm512_maskz_mov_epi32(fits, shifted);
    const __m512i bases = _mm512_slli_epi32(_mm512_maskz_loadu_epi32(live, classes), 8);
    // An entry has 16 bytes; frequency and start are its third quarter.
    const int *pairs = (const int *)(const void *)&tables->encode[0][0].frequency;
    const __m512i index = _mm512_slli_epi32(_mm512_add_epi32(bases, symbols), 1);
    const __m512i escape = _mm512_i32gather_epi32(_mm512_slli_epi32(bases, 1), pairs, 8);
    const __m512i found = _mm512_i32gather_epi32(index, pairs, 8);
    const __mmask16 is_known =
        _mm512_test_epi32_mask(found, found) & _mm512_test_epi32_mask(symbols, symbols);
    for (uint32_t lanes = live & ~(uint32_t)is_known; lanes != 0;) {
        if (encoder->escapes == encoder->first_escape) return 0;
        const int lane = 31 - __builtin_clz(lanes);
        const __m512i moved = _mm512_maskz_compress_epi32((__mmask16)(1u << lane), values);
        encoder->escapes -= 2;
        store_half(encoder->escapes, 0, (uint16_t)_mm_cvtsi128_si32(_mm512_castsi512_si128(moved)));
        lanes &= ~(1u << lane);
    }
    const __m512i pair = _mm512_mask_mov_epi32(escape, is_known, found);
    const __m512i frequency = _mm512_and_si512(pair, _mm512_set1_epi32(0xffff));
    const __m512i start = _mm512_srli_epi32(pair, 16);
    const __mmask16 full = _mm512_mask_cmpge_epu32_mask(live, *states, _mm512_slli_epi32(frequency, 20));
    const unsigned count = (unsigned)__builtin_popcount(full);
    encoder->words -= 2 * count;
    _mm512_mask_cvtepi32_storeu_epi16(
        encoder->words, (__mmask16)((1u << count) - 1), _mm512_maskz_compress_epi32(full, *states));
    const __m512i x = _mm512_mask_srli_epi32(*states, full, *states, 16);
    const __m512i quotient = divided(x, frequency);
    const __m512i rest = _mm512_sub_epi32(x, _mm512_mullo_epi32(quotient, frequency));
    const __m512i next = _mm512_add_epi32(
        _mm512_slli_epi32(quotient, CK_KV_PRECISION), _mm512_add_epi32(rest, start));
    *states = _mm512_mask_mov_epi32(*states, live, next);
    return 1;
}

int ck_kv_encode_avx512(
    ck_kv_encoder *encoder, const ck_kv_tables *tables, const uint32_t *classes, const float *x,
    const float *prediction, const float *inverse_steps, size_t rows, size_t dim) {
    for (size_t row = rows; row-- > 0;) {
        const float inverse_step = inverse_steps[row];
        if (inverse_step == 0) continue;
        const float *from = x + row * dim;
        if ((size_t)(encoder->words - encoder->first_word) < 2 * dim) {
            if (!ck_kv_encode_scalar(encoder, tables, classes, from, prediction, inverse_steps + row, 1, dim))
                return 0;
            continue;
        }
        __m512i states[2] = {
            _mm512_loadu_si512(encoder->states), _mm512_loadu_si512(encoder->states + 16)};
        const __m512 scale = _mm512_set1_ps(inverse_step);
        for (size_t end = (dim + 15) / 16; end-- > 0;) {
            const size_t at = 16 * end, left = dim - at;
            const __mmask16 live = (__mmask16)(left < 16 ? (1u << left) - 1 : 0xffff);
            if (!encode16(encoder, tables, &states[end % 2], classes + at, from + at, prediction + at, scale,
                          live))
                return 0;
        }
        _mm512_storeu_si512(encoder->states, states[0]);
        _mm512_storeu_si512(encoder->states + 16, states[1]);
    }
    return 1;
}

// What one row's symbols are decoded with.
typedef struct {
    const uint32_t *table;
    __m512 step, low, high;
} row_constants;

// Decodes a symbol of each live lane of sixteen states and stores their elements; returns the lanes with the
// escape. Reads up to 32 bytes of words.
static inline __attribute__((always_inline)) __mmask16 decode16(
    const row_constants *row, __m512i *states, const uint8_t **words, const uint32_t *classes,
    const float *prediction, __mmask16 live, float *x) {
    const __m512i slots = _mm512_and_si512(*states, _mm512_set1_epi32((1 << CK_KV_PRECISION) - 1));
    const __m512i bases = _mm512_slli_epi32(_mm512_maskz_loadu_epi32(live, classes), CK_KV_PRECISION);
    const __m512i entries = _mm512_i32gather_epi32(_mm512_add_epi32(slots, bases), row->table, 4);
    const __m512i frequency = _mm512_and_si512(_mm512_srli_epi32(entries, 8), _mm512_set1_epi32(4095));
    const __m512i scaled = _mm512_mullo_epi32(frequency, _mm512_srli_epi32(*states, CK_KV_PRECISION));
    const __m512i next = _mm512_add_epi32(scaled, _mm512_srli_epi32(entries, 20));
    const __mmask16 low = _mm512_mask_cmplt_epu32_mask(live, next, _mm512_set1_epi32(CK_KV_FIRST_STATE));
    const __m512i loaded = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)*words));
    const __m512i renewed =
        _mm512_or_si512(_mm512_slli_epi32(next, 16), _mm512_maskz_expand_epi32(low, loaded));
    *states = _mm512_mask_mov_epi32(_mm512_mask_mov_epi32(*states, live, next), low, renewed);
    *words += 2 * (unsigned)__builtin_popcount(low);
    const __m512i symbols = _mm512_and_si512(entries, _mm512_set1_epi32(255));
    const __m512 values = _mm512_cvtepi32_ps(_mm512_sub_epi32(symbols, _mm512_set1_epi32(CK_KV_ZERO_SYMBOL)));
    const __m512 products = _mm512_mul_ps(values, row->step);
    const __m512 sum = _mm512_add_ps(_mm512_maskz_loadu_ps(live, prediction), products);
    _mm512_mask_storeu_ps(x, live, _mm512_max_ps(_mm512_min_ps(sum, row->high), row->low));
    return _mm512_mask_testn_epi32_mask(live, symbols, symbols);
}

static int get_escapes(
    ck_kv_decoder *decoder, uint32_t lanes, const float *prediction, float step, float limit, float *x) {
    for (; lanes != 0; lanes &= lanes - 1) {
        const int lane = __builtin_ctz(lanes);
        if (!kv_get_escape(decoder, prediction[lane], step, limit, x + lane)) return 0;
    }
    return 1;
}

// Decodes a row whose words are all in memory, as far as its reads go.
static int decode_row(
    ck_kv_decoder *decoder, const row_constants *row, const uint32_t *classes, const float *prediction,
    float step, size_t dim, float limit, float *x) {
    __m512i first = _mm512_loadu_si512(decoder->states), second = _mm512_loadu_si512(decoder->states + 16);
    const uint8_t *words = decoder->words;
    int is_sound = 1;
    for (size_t i = 0; i < dim; i += CK_KV_LANES) {
        const size_t left = dim - i;
        const uint32_t live = left < CK_KV_LANES ? (1u << left) - 1 : ~0u;
        uint32_t escaped =
            decode16(row, &first, &words, classes + i, prediction + i, (__mmask16)live, x + i);
        if (left > 16)
            escaped |= (uint32_t)decode16(
                           row, &second, &words, classes + i + 16, prediction + i + 16,
                           (__mmask16)(live >> 16), x + i + 16)
                       << 16;
        if (escaped) is_sound &= get_escapes(decoder, escaped, prediction + i, step, limit, x + i);
    }
    decoder->words = words;
    _mm512_storeu_si512(decoder->states, first);
    _mm512_storeu_si512(decoder->states + 16, second);
    return is_sound;
}

int ck_kv_decode_avx512(
    ck_kv_decoder *decoder, const ck_kv_tables *tables, const uint32_t *classes, const float *prediction,
    const float *steps, size_t rows, size_t dim, float limit, float *x) {
    row_constants row = {tables->decode, _mm512_setzero_ps(), _mm512_set1_ps(-limit), _mm512_set1_ps(limit)};
    for (size_t index = 0; index < rows; index++, x += dim) {
        const float step = steps[index];
        // A row takes at most a word per element; the last reads reach past the words they take.
        const size_t reach = 2 * (dim + CK_KV_LANES);
        if (step != 0 && (size_t)(decoder->words_end - decoder->words) >= reach) {
            row.step = _mm512_set1_ps(step);
            if (!decode_row(decoder, &row, classes, prediction, step, dim, limit, x)) return 0;
        } else if (!ck_kv_decode_scalar(
                       decoder, tables, classes, prediction, steps + index, 1, dim, limit, x)) {
            return 0;
        }
    }
    return 1;
}

#pragma clang attribute pop
#endif
