#if defined(__x86_64__)
#include <immintrin.h>

#include "kv_codec_coder.h"

#define KV_NAME(kernel) ck_kv_##kernel##_avx2
#define KV_HAS_DECODE

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,bmi2,popcnt"))), apply_to = function)

#include "kv_codec_body.h"

// Decodes a symbol of each of eight states and stores their elements; returns the lanes with the escape.
// Reads 16 bytes of words.
static inline __attribute__((always_inline)) uint32_t decode8(
    const uint32_t *table, __m256i *states, const uint8_t **words, const uint32_t *classes,
    const float *prediction, float step, float limit, float *x) {
    const __m256i slots = _mm256_and_si256(*states, _mm256_set1_epi32((1 << CK_KV_PRECISION) - 1));
    const __m256i bases = _mm256_slli_epi32(_mm256_loadu_si256((const __m256i *)classes), CK_KV_PRECISION);
    const __m256i entries = _mm256_i32gather_epi32((const int *)table, _mm256_add_epi32(slots, bases), 4);
    const __m256i frequency = _mm256_and_si256(_mm256_srli_epi32(entries, 8), _mm256_set1_epi32(4095));
    const __m256i scaled = _mm256_mullo_epi32(frequency, _mm256_srli_epi32(*states, CK_KV_PRECISION));
    const __m256i next = _mm256_add_epi32(scaled, _mm256_srli_epi32(entries, 20));
    // States below 2^16 have no high half.
    const __m256i low = _mm256_cmpeq_epi32(_mm256_srli_epi32(next, 16), _mm256_setzero_si256());
    const uint32_t lanes = (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(low));
    // Byte k of `ranks` is how many lower lanes take a word too, where lane k takes one.
    const uint64_t taking = _pdep_u64(lanes, 0x0101010101010101ULL) * 255;
    const uint64_t ranks = _pdep_u64(0x0706050403020100ULL, taking);
    const __m256i order = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((long long)ranks));
    const __m256i loaded = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)*words));
    const __m256i taken = _mm256_permutevar8x32_epi32(loaded, order);
    *states = _mm256_blendv_epi8(next, _mm256_or_si256(_mm256_slli_epi32(next, 16), taken), low);
    *words += 2 * (unsigned)__builtin_popcount(lanes);
    const __m256i symbols = _mm256_and_si256(entries, _mm256_set1_epi32(255));
    const __m256 values = _mm256_cvtepi32_ps(_mm256_sub_epi32(symbols, _mm256_set1_epi32(CK_KV_ZERO_SYMBOL)));
    const __m256 sum =
        _mm256_add_ps(_mm256_loadu_ps(prediction), _mm256_mul_ps(values, _mm256_set1_ps(step)));
    _mm256_storeu_ps(x, _mm256_max_ps(_mm256_min_ps(sum, _mm256_set1_ps(limit)), _mm256_set1_ps(-limit)));
    const __m256i escaped = _mm256_cmpeq_epi32(symbols, _mm256_setzero_si256());
    return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(escaped));
}

static int get_escapes(
    ck_kv_decoder *decoder, uint32_t lanes, const float *prediction, float step, float limit, float *x) {
    for (; lanes != 0; lanes &= lanes - 1) {
        const int lane = __builtin_ctz(lanes);
        if (!kv_get_escape(decoder, prediction[lane], step, limit, x + lane)) return 0;
    }
    return 1;
}

// Decodes the whole batches of 32 of a row; returns how many elements, or −1 when escapes run out.
static long decode_batches(
    ck_kv_decoder *decoder, const uint32_t *table, const uint32_t *classes, const float *prediction,
    float step, size_t dim, float limit, float *x) {
    __m256i states[4];
    memcpy(states, decoder->states, sizeof states);
    const uint8_t *words = decoder->words;
    int is_sound = 1;
    size_t i = 0;
    for (; i + CK_KV_LANES <= dim; i += CK_KV_LANES) {
        uint32_t escaped = 0;
#pragma clang loop unroll(full)
        for (int part = 0; part < 4; part++) {
            const size_t at = i + 8 * (size_t)part;
            escaped |= decode8(
                           table, &states[part], &words, classes + at, prediction + at, step, limit, x + at)
                       << 8 * part;
        }
        if (escaped) is_sound &= get_escapes(decoder, escaped, prediction + i, step, limit, x + i);
    }
    decoder->words = words;
    memcpy(decoder->states, states, sizeof states);
    return is_sound ? (long)i : -1;
}

int ck_kv_decode_avx2(
    ck_kv_decoder *decoder, const ck_kv_tables *tables, const uint32_t *classes, const float *prediction,
    const float *steps, size_t rows, size_t dim, float limit, float *x) {
    for (size_t row = 0; row < rows; row++, x += dim) {
        long done = 0;
        // A row takes at most a word per element; the last reads reach past the words they take.
        const size_t reach = 2 * (dim + CK_KV_LANES);
        if (steps[row] != 0 && (size_t)(decoder->words_end - decoder->words) >= reach)
            done = decode_batches(decoder, tables->decode, classes, prediction, steps[row], dim, limit, x);
        if (done < 0) return 0;
        const size_t from = (size_t)done;
        if (from < dim && !ck_kv_decode_scalar(
                              decoder, tables, classes + from, prediction + from, steps + row, 1, dim - from,
                              limit, x + from))
            return 0;
    }
    return 1;
}

#pragma clang attribute pop
#endif
